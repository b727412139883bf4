package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Refuses policies that make no sense, saying why. */
final class PolicyCheck {

    private static final int LONGEST_NAME = 255;
    private static final int MOST_INSTANCES = 10_000;
    private static final int MOST_RULES = 100;
    private static final int MOST_SCHEDULES = 50;

    private final Catalog catalog;
    private final PluginRegistry plugins;

    PolicyCheck(Catalog catalog, PluginRegistry plugins) {
        this.catalog = catalog;
        this.plugins = plugins;
    }

    void check(PolicySpec spec, Instant now) throws PluginException {
        require(
                !spec.name().isBlank()
                        && spec.name().length() <= LONGEST_NAME
                        && spec.name().codePoints().noneMatch(Character::isISOControl),
                "the name of a policy has 1 to " + LONGEST_NAME + " characters, in one line");
        require(spec.priority() >= 0 && spec.priority() <= 100, "the priority of a policy is 0 to 100");
        kind(spec);
        assignment(spec);
        require(spec.schedules().size() <= MOST_SCHEDULES, "a policy has at most " + MOST_SCHEDULES + " schedules");
        for (Schedule schedule : spec.schedules()) {
            require(schedule.next(now).isPresent(), "one of the schedules is never due: there is no such day");
            require(
                    spec.kind() == Policy.Kind.BACKUP || !schedule.full(),
                    "a snapshot is never a full one: leave the mode of the schedules out");
        }
    }

    private void kind(PolicySpec spec) throws PluginException {
        String destination = spec.destinationId();
        if (spec.kind() == Policy.Kind.SNAPSHOT) {
            require(destination == null, "snapshots stay on the provider: leave the destination out");
            require(spec.proof() == null, "a snapshot cannot be proven by booting it: leave the proof out");
            require(spec.copy() == null, "snapshots stay on the provider: leave the second destination out");
            return;
        }
        if (destination == null) {
            throw refused("say on which destination backups are kept");
        }
        known(
                "destination",
                destination,
                catalog.destinations().find(destination).isPresent());
        copy(spec, destination);
        PolicySpec.Proof proof = spec.proof();
        if (proof != null) {
            require(proof.every() >= 1, "of how many runs one is proven must be at least 1");
            noSecrets(proof);
            String provider = proof.providerId();
            if (provider != null) {
                provider(provider);
            }
        }
    }

    private void copy(PolicySpec spec, String first) throws PluginException {
        PolicySpec.Copy copy = spec.copy();
        if (copy == null) {
            return;
        }
        Optional<Destination> second = catalog.destinations().find(copy.destinationId());
        known("destination", copy.destinationId(), second.isPresent());
        require(!copy.destinationId().equals(first), "the second destination is the first one");
        require(
                !second.map(Destination::vaultId).orElse("").isEmpty(),
                "the second destination has no vault yet; make one on it, or a replica of the first one's");
        Schedule window = copy.window();
        require(
                window == null || window.window() != null && !window.full(),
                "the window of copies says when it opens and for how long, such as at=22:00 window=8h, and has no mode");
    }

    private void noSecrets(PolicySpec.Proof proof) throws PluginException {
        for (PluginDescription plugin : plugins.list(PluginKind.STRATEGY)) {
            for (String name : proof.settings().keySet()) {
                boolean secret =
                        plugin.proofSchema().setting(name).map(Setting::secret).orElse(false);
                require(!secret, "the setting '" + name + "' of a proof is a secret, which a policy does not keep");
            }
        }
    }

    private void assignment(PolicySpec spec) throws PluginException {
        List<InstanceMatch> rules = new ArrayList<>(spec.include());
        rules.addAll(spec.exclude());
        require(rules.size() <= MOST_RULES, "a policy has at most " + MOST_RULES + " rules about instances");
        require(
                spec.instances().size() <= MOST_INSTANCES,
                "a policy names at most " + MOST_INSTANCES + " instances; use rules");
        for (InstanceMatch rule : rules) {
            String provider = rule.providerId();
            if (provider != null) {
                provider(provider);
            }
        }
        for (String instance : spec.instances()) {
            known("instance", instance, catalog.instances().find(instance).isPresent());
        }
    }

    private void provider(String id) throws PluginException {
        known("provider", id, catalog.providers().find(id).isPresent());
    }

    private static void known(String what, String id, boolean there) throws PluginException {
        if (!there) {
            String shown = id.length() > 100 ? id.substring(0, 100) + "..." : id;
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "There is no " + what + " '" + shown.replaceAll("\\p{Cntrl}", "?")
                            + "'; it may have been removed.");
        }
    }

    private static void require(boolean condition, String message) throws PluginException {
        if (!condition) {
            throw refused(message);
        }
    }

    private static PluginException refused(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, "This policy makes no sense: " + message + ".");
    }
}
