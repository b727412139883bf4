package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.worker.FoundBackup;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What every backup says of the thing that it is a backup of, so that the catalogue can be rebuilt from the destination
 * alone. Kept as a document of the backup, encrypted like its data, as a text of named values.
 *
 * @param instanceId the catalogue's id of the instance
 * @param instance the instance as it was described
 * @param providerId the catalogue's id of the provider
 * @param providerType id of its strategy type
 * @param providerName what people called it
 * @param fullReadReason code of why everything was read although there was a predecessor; empty if not, or if not known
 *     any more: it is told to the catalogue and not part of the document
 */
record Passport(
        String instanceId,
        InstanceDescription instance,
        String providerId,
        String providerType,
        String providerName,
        String fullReadReason) {

    /** The document's name; those of plugins cannot start with a dot here. */
    static final String DOCUMENT = ".holdfast.instance";

    private static final String LABEL = "label.";

    static Passport of(InstanceAccess instance, ProviderAccess provider, String fullReadReason) {
        return new Passport(
                instance.id(), instance.description(), provider.id(), provider.type(), provider.name(), fullReadReason);
    }

    byte[] encode() {
        Properties p = new Properties();
        p.setProperty("instance", instanceId);
        p.setProperty("externalId", instance.externalId());
        p.setProperty("name", instance.name());
        p.setProperty("kind", instance.kind());
        p.setProperty("size", Long.toString(instance.sizeBytes()));
        instance.labels().forEach((k, v) -> p.setProperty(LABEL + k, v));
        p.setProperty("provider", providerId);
        p.setProperty("providerType", providerType);
        p.setProperty("providerName", providerName);
        StringWriter out = new StringWriter();
        try {
            p.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        // without the date that Properties puts on top, and sorted: equal descriptions are equal bytes, which the vault
        // keeps
        // once and a later backup heals
        return out.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    static Passport decode(byte[] document) throws PluginException {
        Properties p = new Properties();
        try {
            p.load(new StringReader(new String(document, StandardCharsets.UTF_8)));
            Map<String, String> labels = new HashMap<>();
            p.stringPropertyNames().stream()
                    .filter(n -> n.startsWith(LABEL))
                    .forEach(n -> labels.put(n.substring(LABEL.length()), p.getProperty(n)));
            return new Passport(
                    required(p, "instance"),
                    new InstanceDescription(
                            required(p, "externalId"),
                            required(p, "name"),
                            required(p, "kind"),
                            Long.parseLong(p.getProperty("size", "-1")),
                            labels),
                    required(p, "provider"),
                    required(p, "providerType"),
                    required(p, "providerName"),
                    "");
        } catch (IOException | IllegalArgumentException e) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "the backup's description of its instance cannot be read: " + e, e);
        }
    }

    private static String required(Properties p, String name) throws IOException {
        String value = p.getProperty(name);
        if (value == null || value.isEmpty()) {
            throw new IOException("no " + name);
        }
        return value;
    }

    FoundBackup found(BackupSummary s, boolean incremental, boolean damaged) {
        return new FoundBackup(
                s.id().value(),
                instanceId,
                instance,
                providerId,
                providerType,
                providerName,
                s.time(),
                incremental,
                fullReadReason,
                s.stats().logicalBytes(),
                s.stats().readBytes(),
                s.stats().newBytes(),
                s.stats().storedBytes(),
                s.stats().files(),
                s.stats().problems(),
                s.stats().seconds() * 1_000,
                damaged,
                s.sequence(),
                s.stats().incompressibleBytes());
    }
}
