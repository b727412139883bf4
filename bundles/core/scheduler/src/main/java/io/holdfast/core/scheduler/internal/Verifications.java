package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has every byte on every destination read again within a window: one part a day, in turns, so that after as many days as there are parts
 * everything was read. What failed, or was cancelled, is read again instead of the next part. The state is in the catalogue; the id of a
 * verification is made of it, so that several servers ask once.
 */
final class Verifications {

    private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);
    private static final String ORIGIN = "system";
    private static final String PROPERTY = "verification.";
    private static final Duration BETWEEN = Duration.ofDays(1);
    /** Backups and restores come first. */
    private static final int PRIORITY = 10;

    private final Catalog catalog;
    private final Workflows workflows;
    private final int parts;
    private final Clock clock;

    /** @param window within which everything is read, counted in whole days; zero for never */
    Verifications(Catalog catalog, Workflows workflows, Duration window, Clock clock) {
        this.catalog = catalog;
        this.workflows = workflows;
        this.parts = (int) window.toDays();
        this.clock = clock;
    }

    /**
     * Where the turns of a destination are.
     *
     * @param parts how many there are
     * @param done how many were read, ever
     * @param begun when the last verification was begun, or the destination was first seen; seconds since 1970
     * @param workflow the verification that has not ended yet, as far as is known; {@code -} for none
     */
    private record Turn(int parts, long done, long begun, String workflow) {

        static Turn first(int parts, Instant now) {
            return new Turn(parts, 0, now.getEpochSecond(), "-");
        }

        static Optional<Turn> read(String text) {
            String[] words = text.split(" ");
            if (words.length != 4 || !words[0].matches("\\d{1,5}") || !words[1].matches("\\d{1,15}")) {
                return Optional.empty();
            }
            return words[2].matches("\\d{1,15}")
                    ? Optional.of(new Turn(
                            Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]))
                    : Optional.empty();
        }

        String text() {
            return parts + " " + done + " " + begun + " " + workflow;
        }

        boolean idle() {
            return workflow.equals("-");
        }

        Turn ended(boolean complete) {
            return new Turn(parts, done + (complete ? 1 : 0), begun, "-");
        }

        /** A clock that was set back does not stop the turns. */
        boolean due(Instant now) {
            long passed = now.getEpochSecond() - begun;
            return passed >= BETWEEN.toSeconds() || passed < -BETWEEN.toSeconds();
        }
    }

    void verifyIfDue() {
        if (parts == 0) {
            return;
        }
        for (Destination destination : Page.all(page -> catalog.destinations().list(page))) {
            if (!destination.vaultId().isEmpty()) {
                turn(destination);
            }
        }
    }

    private void turn(Destination destination) {
        Instant now = clock.instant();
        String property = PROPERTY + destination.id();
        Optional<Turn> known = catalog.property(property).flatMap(Turn::read).filter(turn -> turn.parts() == parts);
        Turn turn = known.orElseGet(() -> Turn.first(parts, now));
        if (!turn.idle()) {
            Optional<Workflow> workflow = catalog.workflows().find(turn.workflow());
            if (workflow.isPresent() && !workflow.get().state().ended()) {
                return;
            }
            turn = turn.ended(workflow.map(Verifications::complete).orElse(false));
        }
        if (turn.due(now)) {
            turn = begin(destination, turn, now);
        }
        if (known.isEmpty() || !known.get().equals(turn)) {
            catalog.setProperty(property, turn.text());
        }
    }

    /** Whether everything was read, be it damaged or not. */
    private static boolean complete(Workflow workflow) {
        return workflow.state() == WorkflowState.FINISHED
                || workflow.state() == WorkflowState.FINISHED_WITH_WARNINGS
                || workflow.state() == WorkflowState.FAILED
                        && workflow.errorKind().equals(ErrorKind.CORRUPT_DATA.name());
    }

    private Turn begin(Destination destination, Turn turn, Instant now) {
        long slot = Math.floorDiv(now.getEpochSecond(), BETWEEN.toSeconds());
        byte[] name =
                ("verification " + destination.id() + " " + turn.done() + " " + slot).getBytes(StandardCharsets.UTF_8);
        String id = UUID.nameUUIDFromBytes(name).toString();
        try {
            workflows.submit(
                    new WorkflowRequest.Verify(destination.id(), null, (int) (turn.done() % parts), parts, false),
                    new Submission(ORIGIN, PRIORITY, null, null, id));
            return new Turn(parts, turn.done(), now.getEpochSecond(), id);
        } catch (PluginException e) {
            LOG.warn("destination '{}' could not be verified; it is tried again tomorrow", destination.name(), e);
            return new Turn(parts, turn.done(), now.getEpochSecond(), "-");
        }
    }
}
