package io.holdfast.core.plugins.internal;

import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.strategy.StrategyType;
import java.time.Duration;

/** The real registry, with plugins that come and go when a test wants it. */
public final class PluginsByHand {

    private final PluginRegistryComponent registry =
            new PluginRegistryComponent(new PluginRegistryComponent.Settings(Duration.ofSeconds(5)));

    public PluginRegistry registry() {
        return registry;
    }

    public void add(StrategyType type) {
        registry.addStrategy(type, "test", "1");
    }

    public void add(DestinationType type) {
        registry.addDestination(type, "test", "1");
    }

    public void remove(StrategyType type) {
        registry.strategyLeaves(type);
    }

    public void remove(DestinationType type) {
        registry.destinationLeaves(type);
    }
}
