package io.holdfast.core.worker.internal;

import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Opens providers and destinations through their plugins, for one task at a time. */
final class PluginLinks {

    private final PluginRegistry registry;
    private final Path stateRoot;
    private final Clock clock;
    private volatile String applianceId = "";

    PluginLinks(PluginRegistry registry, Path stateRoot, Clock clock) {
        this.registry = registry;
        this.stateRoot = stateRoot;
        this.clock = clock;
    }

    void appliance(String id) {
        applianceId = id;
    }

    String appliance() {
        return applianceId;
    }

    PluginRegistry registry() {
        return registry;
    }

    /** Something that talks to a plugin. */
    interface PluginCall<T extends @Nullable Object> {
        T run() throws PluginException;
    }

    /** Calls a plugin with its own class loader as the thread's, as libraries inside of it expect. */
    static <T extends @Nullable Object> T with(Object plugin, PluginCall<T> call) throws PluginException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.getClass().getClassLoader());
        try {
            return call.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A connection to a provider; closing it ends the use of the plugin. */
    record StrategyLink(PluginUse<StrategyType> use, Strategy strategy) implements AutoCloseable {
        @Override
        public void close() {
            try (use) {
                quietly(strategy, strategy::close);
            }
        }
    }

    /** An open destination; closing it ends the use of the plugin. */
    record DestinationLink(PluginUse<DestinationType> use, Destination destination) implements AutoCloseable {
        @Override
        public void close() {
            try (use) {
                quietly(destination, destination::close);
            }
        }
    }

    /** Runs the closing of a plugin's object with the right class loader. */
    static void quietly(Object plugin, Runnable close) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.getClass().getClassLoader());
        try {
            close.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    StrategyLink connect(ProviderAccess provider, Runnable onDeparture) throws PluginException {
        PluginUse<StrategyType> use = registry.useStrategy(provider.type(), onDeparture);
        try {
            StrategyType type = use.type();
            Settings settings = Settings.of(use.description().schema(), provider.settings());
            Strategy strategy = with(type, () -> type.connect(settings, context("strategy-" + provider.type())));
            return new StrategyLink(use, strategy);
        } catch (PluginException | RuntimeException e) {
            use.close();
            throw e;
        }
    }

    DestinationLink open(DestinationAccess access, boolean initialize, Runnable onDeparture) throws PluginException {
        PluginUse<DestinationType> use = registry.useDestination(access.type(), onDeparture);
        try {
            DestinationType type = use.type();
            Settings settings = Settings.of(use.description().schema(), access.settings());
            PluginContext context = context("destination-" + access.type());
            Destination destination = with(type, () -> {
                if (initialize) {
                    type.initialize(settings, context);
                }
                return type.open(settings, context);
            });
            return new DestinationLink(use, destination);
        } catch (PluginException | RuntimeException e) {
            use.close();
            throw e;
        }
    }

    private PluginContext context(String name) {
        Path state = stateRoot.resolve(name);
        try {
            Files.createDirectories(state);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the state directory " + state, e);
        }
        String appliance = applianceId;
        return new PluginContext() {
            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public String applianceId() {
                return appliance;
            }

            @Override
            public Path stateDirectory() {
                return state;
            }
        };
    }
}
