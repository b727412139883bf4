package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.worker.SnapshotParameters;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** Turns orders about snapshots into workflows of one task. */
final class SnapshotPlanner {

    private static final int MAX_NAME = 100;
    private static final int MAX_DESCRIPTION = 500;
    private static final int MAX_ID = 1_024;

    private final FlowFactory flows;
    private final Clock clock;

    SnapshotPlanner(FlowFactory flows, Clock clock) {
        this.flows = flows;
        this.clock = clock;
    }

    Flow plan(Instance instance, Provider provider, SnapshotOrder order, Submission how) throws PluginException {
        Map<String, String> p = new HashMap<>(parameters(order));
        p.put(TaskParameters.INSTANCE, instance.id());
        p.put(Names.EXCLUSIVE, "instance:" + instance.id());
        return flows.draft(WorkflowType.SNAPSHOT, how)
                .provider(provider)
                .instance(instance.id())
                .task(TaskType.SNAPSHOT, p)
                .build();
    }

    private Map<String, String> parameters(SnapshotOrder order) throws PluginException {
        if (order instanceof SnapshotOrder.Take take) {
            String name = take.name().isBlank()
                    ? "snapshot of " + clock.instant().truncatedTo(ChronoUnit.SECONDS)
                    : take.name();
            return Map.of(
                    SnapshotParameters.ACTION, SnapshotParameters.TAKE,
                    SnapshotParameters.NAME, text("name", name, MAX_NAME),
                    SnapshotParameters.DESCRIPTION, text("description", take.description(), MAX_DESCRIPTION),
                    SnapshotParameters.QUIESCE, Boolean.toString(take.quiesce()));
        } else if (order instanceof SnapshotOrder.Revert revert) {
            return Map.of(
                    SnapshotParameters.ACTION,
                    SnapshotParameters.REVERT,
                    SnapshotParameters.SNAPSHOT,
                    id(revert.snapshotId()),
                    Names.ONCE,
                    "true");
        } else if (order instanceof SnapshotOrder.Delete delete) {
            return Map.of(
                    SnapshotParameters.ACTION,
                    SnapshotParameters.DELETE,
                    SnapshotParameters.SNAPSHOT,
                    id(delete.snapshotId()));
        } else if (order instanceof SnapshotOrder.Retain retain) {
            return Map.of(
                    SnapshotParameters.ACTION, SnapshotParameters.RETAIN,
                    Names.RULE, RuleText.write(retain.rule()),
                    TaskParameters.DRY_RUN, Boolean.toString(retain.dryRun()));
        }
        throw new IllegalStateException("unknown order " + order.getClass());
    }

    private static String text(String what, String value, int max) throws PluginException {
        if (value.length() > max || value.codePoints().anyMatch(Character::isISOControl)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "The " + what + " of a snapshot has at most " + max + " characters, in one line.");
        }
        return value;
    }

    private static String id(String id) throws PluginException {
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "Name the snapshot by its id, as the list of snapshots shows it.");
        }
        return id;
    }
}
