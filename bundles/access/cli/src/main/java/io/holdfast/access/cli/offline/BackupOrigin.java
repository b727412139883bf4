package io.holdfast.access.cli.offline;

import io.holdfast.spi.strategy.InstanceDescription;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is a backup of, read from the document that every backup has for that.
 *
 * @param instance as it was described
 * @param strategy id of the strategy's type; empty if the backup does not say
 */
public record BackupOrigin(InstanceDescription instance, String strategy) {

    /** The document's name; the worker writes it as a text of named values. */
    static final String DOCUMENT = ".holdfast.instance";

    private static final String LABEL = "label.";

    /** Reads the document; what cannot be read is described by the instance's id alone. */
    static BackupOrigin of(byte @Nullable [] document, Optional<String> instanceId) {
        Properties p = new Properties();
        if (document != null) {
            try {
                p.load(new StringReader(new String(document, StandardCharsets.UTF_8)));
            } catch (IOException | IllegalArgumentException e) {
                p.clear(); // a name is not worth failing for
            }
        }
        String id = instanceId.orElse("unknown");
        Map<String, String> labels = new HashMap<>();
        p.stringPropertyNames().stream()
                .filter(n -> n.startsWith(LABEL))
                .forEach(n -> labels.put(n.substring(LABEL.length()), p.getProperty(n)));
        return new BackupOrigin(
                new InstanceDescription(
                        p.getProperty("externalId", id),
                        p.getProperty("name", id),
                        p.getProperty("kind", "instance"),
                        -1,
                        labels),
                p.getProperty("providerType", ""));
    }
}
