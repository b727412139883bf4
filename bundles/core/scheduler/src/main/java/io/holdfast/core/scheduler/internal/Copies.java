package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has what a run has made copied to the second destination of its policy. */
final class Copies {

    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);
    private static final int AT_ONCE = 1_000;
    /** How many runs are looked at for copies that have to be made up for. */
    private static final int LOOK_BACK = 100;
    /** A window that opens never, or later than that, is as good as none. */
    private static final Duration LONGEST_LOOK_BACK = Duration.ofDays(366);

    private final Catalog catalog;
    private final Workflows workflows;
    private final Clock clock;

    Copies(Catalog catalog, Workflows workflows, Clock clock) {
        this.catalog = catalog;
        this.workflows = workflows;
        this.clock = clock;
    }

    /** When something may begin. */
    record Opening(@Nullable Instant notBefore, @Nullable Duration within) {}

    /**
     * Asks for the copies. May be repeated: the first workflow has the id of the run.
     *
     * @return false if that has to be tried again
     */
    boolean begin(PolicySpec spec, PolicyRun run) {
        PolicySpec.Copy copy = spec.copy();
        String from = spec.destinationId();
        if (copy == null || from == null) {
            return true;
        }
        List<String> made = new ArrayList<>(missed(run, from));
        made.addAll(made(run, from));
        Opening opening = opening(copy.window(), clock.instant());
        try {
            for (int at = 0; at < made.size(); at += AT_ONCE) {
                List<String> part = made.subList(at, Math.min(made.size(), at + AT_ONCE));
                workflows.submit(
                        new WorkflowRequest.Copy(from, copy.destinationId(), Set.of(), part, 0),
                        new Submission(
                                Progress.origin(spec, run),
                                spec.priority(),
                                opening.notBefore(),
                                opening.within(),
                                part(run, at / AT_ONCE)));
            }
            return true;
        } catch (PluginException e) {
            LOG.warn("the copies of policy '{}' could not begin", spec.name(), e);
            return e.kind() != ErrorKind.UNAVAILABLE;
        }
    }

    /** The id of a run's copy workflow; of more than one if there are very many backups. The same whoever asks. */
    private static String part(PolicyRun run, int number) {
        String name = run.id() + "/" + number;
        return number == 0
                ? run.id()
                : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The backups of a run on its destination: an item has the id of its workflow. Those that went meanwhile are left out. */
    private List<String> made(PolicyRun run, String from) {
        List<String> made = new ArrayList<>();
        for (PolicyItem item : catalog.policies().items(run.id())) {
            if (item.state() == PolicyItem.State.DONE) {
                workflows
                        .find(item.id())
                        .map(Workflow::backupId)
                        .filter(id -> !id.isEmpty())
                        .filter(id -> catalog.backups()
                                .find(id)
                                .filter(backup -> backup.destinationId().equals(from))
                                .isPresent())
                        .ifPresent(made::add);
            }
        }
        return made;
    }

    /**
     * What earlier runs have made and their copies did not bring, or not yet: they failed, were cancelled, missed their window or still
     * wait. Each copy that is through has made up for those before it, so the search ends there. What did arrive is not sent again.
     */
    private List<String> missed(PolicyRun run, String from) {
        List<String> missed = new ArrayList<>();
        for (PolicyRun earlier : catalog.policies()
                .runs(run.policyId(), PageRequest.first(LOOK_BACK))
                .items()) {
            if (earlier.number() >= run.number()) {
                continue;
            }
            List<Workflow> copies = copies(earlier);
            if (!copies.isEmpty() && copies.stream().allMatch(Copies::through)) {
                break;
            }
            List<String> made = made(earlier, from);
            if (copies.isEmpty() && !made.isEmpty()) {
                break; // copies were not asked for
            }
            missed.addAll(0, made);
        }
        return missed;
    }

    private List<Workflow> copies(PolicyRun run) {
        List<Workflow> copies = new ArrayList<>();
        Optional<Workflow> next = workflows.find(run.id());
        while (next.isPresent()) {
            copies.add(next.get());
            next = workflows.find(part(run, copies.size()));
        }
        return copies;
    }

    /** Whether a copy has brought all that it can: a backup that is damaged where it lies does not become whole by trying again. */
    private static boolean through(Workflow copy) {
        return switch (copy.state()) {
            case FINISHED, FINISHED_WITH_WARNINGS -> true;
            case FAILED -> copy.errorKind().equals(ErrorKind.CORRUPT_DATA.name());
            default -> false;
        };
    }

    /** At once if the window is open, otherwise when it opens next. */
    static Opening opening(@Nullable Schedule window, Instant now) {
        if (window == null) {
            return new Opening(null, null);
        }
        Optional<Instant> open = window.due(now.minus(LONGEST_LOOK_BACK), now);
        Optional<Instant> begins = open.or(() -> window.next(now));
        if (begins.isEmpty()) {
            return new Opening(null, null);
        }
        Instant notBefore = open.isPresent() ? now : begins.get();
        Instant closes = window.closes(begins.get()).orElse(notBefore);
        Duration within = Duration.between(notBefore, closes);
        return new Opening(notBefore, within.isNegative() || within.isZero() ? Duration.ofMinutes(1) : within);
    }
}
