package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.InventoryResult;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Instances as inventories find them. */
final class Instances {

    private final Catalog catalog;
    private final PluginRegistry plugins;
    private final SealedSettings sealed;
    private final IdSource ids;
    private final Clock clock;
    private final Uses uses;

    Instances(Catalog catalog, PluginRegistry plugins, SealedSettings sealed, IdSource ids, Clock clock) {
        this.catalog = catalog;
        this.plugins = plugins;
        this.sealed = sealed;
        this.ids = ids;
        this.clock = clock;
        this.uses = new Uses(catalog);
    }

    InstanceInfo info(Instance instance) {
        Optional<SettingsSchema> schema = catalog.providers()
                .find(instance.providerId())
                .flatMap(provider -> plugins.find(PluginKind.STRATEGY, provider.type()))
                .map(PluginDescription::instanceSchema);
        return info(instance, schema.orElse(null));
    }

    private InstanceInfo info(Instance instance, @Nullable SettingsSchema schema) {
        return new InstanceInfo(
                instance.id(),
                instance.providerId(),
                instance.externalId(),
                instance.name(),
                instance.kind(),
                instance.sizeBytes(),
                instance.labels(),
                sealed.shown(schema, instance.settings()),
                instance.present(),
                instance.lastSeen());
    }

    InventoryResult recordAll(String providerId, Collection<InstanceDescription> found) throws PluginException {
        requireProvider(providerId);
        Map<String, InstanceDescription> wanted = new LinkedHashMap<>();
        for (InstanceDescription description : found) {
            wanted.put(description.externalId(), description);
        }
        Map<String, Instance> known = new HashMap<>();
        uses.instancesOf(providerId).forEach(instance -> known.put(instance.externalId(), instance));
        int added = 0;
        int updated = 0;
        int unchanged = 0;
        for (InstanceDescription description : wanted.values()) {
            Instance before = known.remove(description.externalId());
            if (before == null) {
                record(providerId, description);
                added++;
            } else if (touch(before, description)) {
                updated++;
            } else {
                unchanged++;
            }
        }
        return new InventoryResult(added, updated, unchanged, vanish(known.values()));
    }

    private int vanish(Collection<Instance> missing) {
        int vanished = 0;
        for (Instance instance : missing) {
            if (instance.present()) {
                catalog.instances().change(instance.id(), now -> seen(now, description(now), false, now.lastSeen()));
                vanished++;
            }
        }
        return vanished;
    }

    /** Whether something but the time changed. */
    private boolean touch(Instance before, InstanceDescription description) throws PluginException {
        Instant time = now();
        Failures.translating(() -> catalog.instances().change(before.id(), now -> seen(now, description, true, time)));
        return !seen(before, description, true, before.lastSeen()).equals(before);
    }

    Instance record(String providerId, InstanceDescription found) throws PluginException {
        requireProvider(providerId);
        Optional<Instance> before = catalog.instances().findByExternalId(providerId, found.externalId());
        if (before.isPresent()) {
            touch(before.get(), found);
            return catalog.instances().find(before.get().id()).orElse(before.get());
        }
        Instance added = new Instance(
                ids.next(),
                providerId,
                found.externalId(),
                found.name(),
                found.kind(),
                found.sizeBytes(),
                found.labels(),
                Map.of(),
                true,
                now());
        try {
            return Failures.translating(() -> {
                catalog.instances().add(added);
                return added;
            });
        } catch (PluginException e) {
            // another inventory of the same provider was quicker
            if (e.kind() == ErrorKind.ALREADY_EXISTS) {
                return catalog.instances()
                        .findByExternalId(providerId, found.externalId())
                        .orElseThrow(() -> e);
            }
            throw e;
        }
    }

    private static InstanceDescription description(Instance instance) {
        return new InstanceDescription(
                instance.externalId(), instance.name(), instance.kind(), instance.sizeBytes(), instance.labels());
    }

    private static Instance seen(Instance now, InstanceDescription found, boolean present, Instant time) {
        return new Instance(
                now.id(),
                now.providerId(),
                now.externalId(),
                found.name(),
                found.kind(),
                found.sizeBytes(),
                found.labels(),
                now.settings(),
                present,
                time);
    }

    InstanceInfo update(String id, Map<String, List<String>> settings) throws PluginException {
        Instance before = stored(id);
        SettingsSchema schema = schema(before);
        Map<String, List<String>> checked = sealed.store(owner(id), schema, settings, before.settings());
        Instance after = Failures.translating(() -> catalog.instances()
                        .change(
                                id,
                                now -> new Instance(
                                        id,
                                        now.providerId(),
                                        now.externalId(),
                                        now.name(),
                                        now.kind(),
                                        now.sizeBytes(),
                                        now.labels(),
                                        checked,
                                        now.present(),
                                        now.lastSeen())))
                .orElseThrow(() -> Failures.notFound("instance", id));
        return info(after, schema);
    }

    void remove(String id) throws PluginException {
        Optional<Instance> instance = catalog.instances().find(id);
        if (instance.isEmpty()) {
            return;
        }
        uses.refuseIfInstanceIsUsed("removing instance '" + instance.get().name() + "'", id);
        Failures.translating(() -> {
            catalog.instances().remove(id);
            return id;
        });
    }

    Settings settings(String id) throws PluginException {
        Instance instance = stored(id);
        return sealed.open(owner(id), schema(instance), instance.settings());
    }

    private Instance stored(String id) throws PluginException {
        return catalog.instances().find(id).orElseThrow(() -> Failures.notFound("instance", id));
    }

    private SettingsSchema schema(Instance instance) throws PluginException {
        String type = catalog.providers()
                .find(instance.providerId())
                .orElseThrow(() -> Failures.notFound("provider", instance.providerId()))
                .type();
        return plugins.describe(PluginKind.STRATEGY, type).instanceSchema();
    }

    private void requireProvider(String providerId) throws PluginException {
        if (catalog.providers().find(providerId).isEmpty()) {
            throw Failures.notFound("provider", providerId);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String owner(String id) {
        return "instance/" + id;
    }
}
