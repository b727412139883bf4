package io.holdfast.core.plugins.internal;

import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of one kind in the order of their arrival: of several with one id the first is the plugin, the others wait.
 *
 * @param <T> the type of the plugins' services
 */
final class InstalledPlugins<T> {

    /** A plugin and what it said when it arrived. */
    record Installed<T>(T type, PluginDescription description) {}

    /** What a change has done: who is the plugin of that id no more, and who is now. */
    record Change<T>(@Nullable Installed<T> gone, @Nullable Installed<T> come) {}

    /** Asks a plugin to describe itself. */
    interface Describer<T> {
        PluginDescription describe(T type, String bundleName, String bundleVersion);
    }

    private static final Logger LOG = LoggerFactory.getLogger(InstalledPlugins.class);
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final PluginKind kind;
    private final Describer<T> describer;
    private final Map<String, List<Installed<T>>> byId = new LinkedHashMap<>();

    InstalledPlugins(PluginKind kind, Describer<T> describer) {
        this.kind = kind;
        this.describer = describer;
    }

    /** A plugin has arrived. One that cannot say who it is, is not installed. */
    Change<T> add(T type, String bundleName, String bundleVersion) {
        Installed<T> installed = described(type, bundleName, bundleVersion);
        if (installed == null) {
            return new Change<>(null, null);
        }
        synchronized (byId) {
            List<Installed<T>> same =
                    byId.computeIfAbsent(installed.description().id(), id -> new ArrayList<>());
            same.add(installed);
            if (same.size() > 1) {
                PluginDescription first = same.get(0).description();
                LOG.warn(
                        "Two bundles offer the {} '{}': {} {} is used, {} {} waits until that has left",
                        kind,
                        first.id(),
                        first.bundleName(),
                        first.bundleVersion(),
                        bundleName,
                        bundleVersion);
                return new Change<>(null, null);
            }
            return new Change<>(null, installed);
        }
    }

    private @Nullable Installed<T> described(T type, String bundleName, String bundleVersion) {
        PluginDescription description;
        try {
            description = describer.describe(type, bundleName, bundleVersion);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A {} of {} {} is not used: it fails to describe itself", kind, bundleName, bundleVersion, e);
            return null;
        }
        if (description.id() == null || !ID.matcher(description.id()).matches()) {
            LOG.error(
                    "A {} of {} {} is not used: its id '{}' does not match {}",
                    kind,
                    bundleName,
                    bundleVersion,
                    description.id(),
                    ID);
            return null;
        }
        return new Installed<>(type, description);
    }

    /** A plugin has left; which one is told by identity. */
    Change<T> remove(T type) {
        synchronized (byId) {
            for (List<Installed<T>> same : byId.values()) {
                for (int i = 0; i < same.size(); i++) {
                    if (same.get(i).type() == type) {
                        Installed<T> gone = same.remove(i);
                        boolean wasUsed = i == 0;
                        return wasUsed
                                ? new Change<>(gone, same.isEmpty() ? null : same.get(0))
                                : new Change<>(null, null);
                    }
                }
            }
            return new Change<>(null, null);
        }
    }

    Optional<Installed<T>> find(String id) {
        synchronized (byId) {
            List<Installed<T>> same = byId.getOrDefault(id, List.of());
            return same.isEmpty() ? Optional.empty() : Optional.of(same.get(0));
        }
    }

    /** By id. */
    List<PluginDescription> list() {
        Map<String, PluginDescription> sorted = new TreeMap<>();
        synchronized (byId) {
            byId.forEach((id, same) -> {
                if (!same.isEmpty()) {
                    sorted.put(id, same.get(0).description());
                }
            });
        }
        return List.copyOf(sorted.values());
    }

    /** A missing schema is a defect of a plugin that shows at once. */
    static SettingsSchema present(@Nullable SettingsSchema schema) {
        if (schema == null) {
            throw new IllegalStateException("the plugin has no schema");
        }
        return schema;
    }
}
