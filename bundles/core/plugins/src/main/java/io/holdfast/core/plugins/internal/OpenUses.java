package io.holdfast.core.plugins.internal;

import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who uses which plugin now. */
final class OpenUses {

    private static final Logger LOG = LoggerFactory.getLogger(OpenUses.class);

    /** By the plugin's service. */
    private final Map<Object, List<Use<?>>> open = new IdentityHashMap<>();

    <T> PluginUse<T> begin(InstalledPlugins.Installed<T> plugin, Runnable onDeparture) {
        Use<T> use = new Use<>(plugin.type(), plugin.description(), onDeparture);
        synchronized (open) {
            open.computeIfAbsent(plugin.type(), type -> new ArrayList<>()).add(use);
        }
        return use;
    }

    /** Tells everybody who uses a plugin that it leaves, and waits for them to end. Called without any lock held. */
    void depart(Object type, String name, Duration grace) {
        List<Use<?>> told;
        synchronized (open) {
            told = List.copyOf(open.getOrDefault(type, List.of()));
        }
        for (Use<?> use : told) {
            use.tell();
        }
        long deadline = System.nanoTime() + grace.toNanos();
        synchronized (open) {
            long left = deadline - System.nanoTime();
            while (open.containsKey(type) && left > 0) {
                try {
                    // at least a millisecond: 0 would wait for ever
                    open.wait(left / 1_000_000 + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                left = deadline - System.nanoTime();
            }
            if (open.containsKey(type)) {
                LOG.warn(
                        "{} leaves while {} tasks still use it",
                        name,
                        open.get(type).size());
            }
        }
    }

    private final class Use<T> implements PluginUse<T> {
        private final T type;
        private final PluginDescription description;
        private final Runnable onDeparture;
        private volatile boolean departed;

        Use(T type, PluginDescription description, Runnable onDeparture) {
            this.type = type;
            this.description = description;
            this.onDeparture = onDeparture;
        }

        @Override
        public T type() {
            return type;
        }

        @Override
        public PluginDescription description() {
            return description;
        }

        @Override
        public boolean departed() {
            return departed;
        }

        void tell() {
            departed = true;
            try {
                onDeparture.run();
            } catch (RuntimeException e) {
                LOG.error("Cancelling what uses '{}' failed", description.id(), e);
            }
        }

        @Override
        public void close() {
            synchronized (open) {
                List<Use<?>> uses = open.get(type);
                if (uses != null && uses.remove(this)) {
                    if (uses.isEmpty()) {
                        open.remove(type);
                    }
                    open.notifyAll();
                }
            }
        }
    }
}
