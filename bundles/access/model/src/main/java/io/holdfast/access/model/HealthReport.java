package io.holdfast.access.model;

import io.holdfast.access.model.HealthDto.Status;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.CatalogState;
import io.holdfast.core.catalog.Node;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.security.MasterKeyStatus;
import io.holdfast.spi.PluginException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Looks at the parts of the appliance and says how it is. Never fails, never waits long; safe from any thread. */
public final class HealthReport {

    /** How long parts may take to start before their absence is a failure. */
    public static final Duration GRACE = Duration.ofMinutes(1);

    private static final Duration NODE_SILENCE = Duration.ofMinutes(2);
    private static final int MOST_NODES = 100;

    private final CoreServices core;
    private final Clock clock;
    private final Instant begun;

    /**
     * @param core the way to the core
     * @param clock the server's
     */
    public HealthReport(CoreServices core, Clock clock) {
        this.core = core;
        this.clock = clock;
        this.begun = clock.instant();
    }

    /** How the appliance is now. */
    public HealthDto take() {
        List<CheckDto> checks = new ArrayList<>();
        checks.add(catalogue());
        checks.add(masterKey());
        checks.add(dispatcher());
        checks.add(plugins());
        checks.add(nodes());
        Status whole =
                checks.stream().map(CheckDto::status).max(Status::compareTo).orElse(Status.FAILED);
        return new HealthDto(whole, core.version(), checks);
    }

    private CheckDto catalogue() {
        return core.catalogState()
                .map(HealthReport::catalogue)
                .orElseGet(() -> missing("catalogue", "the catalogue's bundle is not running"));
    }

    private static CheckDto catalogue(CatalogState.Status state) {
        Status status =
                switch (state.phase()) {
                    case READY -> Status.READY;
                    case OPENING -> Status.STARTING;
                    default -> Status.FAILED;
                };
        return new CheckDto("catalogue", status, state.message());
    }

    private CheckDto masterKey() {
        try {
            MasterKeyStatus key = core.masterKeys().status();
            if (!key.open() && key.message().isEmpty()) {
                return missing("master key", "the master key is still being opened");
            }
            return new CheckDto("master key", key.open() ? Status.READY : Status.FAILED, key.message());
        } catch (PluginException e) {
            return missing("master key", Texts.messageOf(e));
        }
    }

    private CheckDto dispatcher() {
        try {
            core.workflows();
            core.estate();
            core.accounts();
            return new CheckDto("dispatcher", Status.READY, "");
        } catch (PluginException e) {
            return missing("dispatcher", Texts.messageOf(e));
        }
    }

    private CheckDto plugins() {
        try {
            boolean usable = !core.plugins().list(PluginKind.STRATEGY).isEmpty()
                    && !core.plugins().list(PluginKind.DESTINATION).isEmpty();
            return usable
                    ? new CheckDto("plugins", Status.READY, "")
                    : notYet("plugins", "no strategy or no destination is installed; install a plugin's feature");
        } catch (PluginException e) {
            return missing("plugins", Texts.messageOf(e));
        }
    }

    private CheckDto nodes() {
        try {
            Catalog catalog = core.catalog();
            Instant silent = clock.instant().minus(NODE_SILENCE);
            List<Node> nodes =
                    catalog.nodes().list(PageRequest.first(MOST_NODES)).items();
            List<String> missing = nodes.stream()
                    .filter(node -> node.lastSeen().isBefore(silent))
                    .map(Node::name)
                    .toList();
            if (nodes.isEmpty()) {
                return notYet("nodes", "no node has asked for work yet; start one, or look into its log");
            }
            return missing.isEmpty()
                    ? new CheckDto("nodes", Status.READY, "")
                    : notYet("nodes", "not heard of for " + NODE_SILENCE.toMinutes() + " minutes: " + missing);
        } catch (PluginException | CatalogException e) {
            return missing("nodes", "nodes cannot be listed: " + Texts.messageOf(e));
        }
    }

    private CheckDto missing(String name, String message) {
        return new CheckDto(name, starting() ? Status.STARTING : Status.FAILED, message);
    }

    private CheckDto notYet(String name, String message) {
        return new CheckDto(name, starting() ? Status.STARTING : Status.DEGRADED, message);
    }

    private boolean starting() {
        return clock.instant().isBefore(begun.plus(GRACE));
    }
}
