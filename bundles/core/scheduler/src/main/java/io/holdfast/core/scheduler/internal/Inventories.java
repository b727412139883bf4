package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.StrategyType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers for their instances every so often, so that policies cover machines that are new. Time is cut into slots that every
 * server counts alike; the id of an inventory is made of provider and slot, so that several servers ask once. In the slot in which this
 * server first sees a provider nothing is asked: whoever has just added it is about to.
 */
final class Inventories {

    private static final Logger LOG = LoggerFactory.getLogger(Inventories.class);
    private static final String ORIGIN = "system";

    private final Catalog catalog;
    private final Workflows workflows;
    private final PluginRegistry plugins;
    private final Duration every;
    private final Clock clock;
    private final Map<String, Long> asked = new HashMap<>();

    /** @param every length of a slot; zero to ask never */
    Inventories(Catalog catalog, Workflows workflows, PluginRegistry plugins, Duration every, Clock clock) {
        this.catalog = catalog;
        this.workflows = workflows;
        this.plugins = plugins;
        this.every = every;
        this.clock = clock;
    }

    void askIfDue() {
        if (every.isZero()) {
            return;
        }
        long slot = Math.floorDiv(clock.instant().getEpochSecond(), every.toSeconds());
        List<Provider> providers = Page.all(page -> catalog.providers().list(page));
        for (Provider provider : providers) {
            Long last = asked.put(provider.id(), slot);
            if (last != null && last != slot && discovers(provider)) {
                ask(provider, slot);
            }
        }
    }

    private boolean discovers(Provider provider) {
        try (PluginUse<StrategyType> use = plugins.useStrategy(provider.type(), () -> {})) {
            return use.type().discovers();
        } catch (PluginException e) {
            return false; // not installed
        }
    }

    private void ask(Provider provider, long slot) {
        byte[] name = ("inventory " + provider.id() + " " + slot).getBytes(StandardCharsets.UTF_8);
        String id = UUID.nameUUIDFromBytes(name).toString();
        try {
            workflows.submit(
                    new WorkflowRequest.Inventory(provider.id(), null),
                    new Submission(ORIGIN, Submission.DEFAULT_PRIORITY, null, null, id));
        } catch (PluginException e) {
            LOG.warn("provider '{}' could not be asked for its instances; the next time is tried", provider.name(), e);
        }
    }
}
