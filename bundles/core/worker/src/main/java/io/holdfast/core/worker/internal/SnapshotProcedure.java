package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.SnapshotParameters;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** SNAPSHOT: takes one, goes back to one, deletes one, or those that a rule does not keep. */
final class SnapshotProcedure implements Procedure {

    private final ControlPlane plane;
    private final PluginLinks plugins;

    SnapshotProcedure(ControlPlane plane, PluginLinks plugins) {
        this.plane = plane;
        this.plugins = plugins;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        InstanceAccess instance = Need.instance(inputs);
        task.progress().step("Connecting to the provider");
        try (StrategyLink link =
                plugins.connect(Need.provider(inputs), () -> task.stopper().cancel(StopReason.PLUGIN_LEFT))) {
            SnapshotUse snapshots = SnapshotUse.of(link, instance.description(), task);
            String action = task.parameter(SnapshotParameters.ACTION);
            return switch (action) {
                case SnapshotParameters.TAKE -> take(task, link, instance, snapshots);
                case SnapshotParameters.REVERT -> revert(task, snapshots);
                case SnapshotParameters.DELETE -> delete(task, snapshots);
                case SnapshotParameters.RETAIN -> retain(task, snapshots);
                default ->
                    throw new PluginException(
                            ErrorKind.UNSUPPORTED, "this node cannot " + LogText.escape(action) + " snapshots");
            };
        }
    }

    private static Result take(RunningTask task, StrategyLink link, InstanceAccess instance, SnapshotUse snapshots)
            throws PluginException {
        task.progress().step("Taking a snapshot");
        SnapshotRequest request = new SnapshotRequest(
                instance.description(),
                Settings.of(link.use().description().instanceSchema(), instance.settings()),
                task.parameter(SnapshotParameters.NAME),
                task.parameter(SnapshotParameters.DESCRIPTION),
                Boolean.parseBoolean(task.parameter(SnapshotParameters.QUIESCE)));
        SnapshotInfo made =
                PluginLinks.with(snapshots.control(), () -> snapshots.control().create(request, task));
        return Result.done("took the snapshot " + named(made), Map.of(SnapshotParameters.SNAPSHOT, made.id()));
    }

    private static Result revert(RunningTask task, SnapshotUse snapshots) throws PluginException {
        String id = task.parameter(SnapshotParameters.SNAPSHOT);
        SnapshotInfo snapshot = snapshots.find(id).orElseThrow(() -> gone(id));
        task.cancellation().throwIfCancelled();
        task.progress().step("Going back");
        PluginLinks.with(snapshots.control(), () -> {
            snapshots.control().revert(snapshots.instance(), snapshot, task);
            return true;
        });
        return Result.done("went back to the snapshot " + named(snapshot));
    }

    private static Result delete(RunningTask task, SnapshotUse snapshots) throws PluginException {
        String id = task.parameter(SnapshotParameters.SNAPSHOT);
        SnapshotInfo snapshot = snapshots.find(id).orElse(null);
        if (snapshot == null) {
            if (task.lease().attempt() > 1) {
                return deleted("the snapshot is gone", 0); // an earlier attempt may have done it
            }
            throw gone(id);
        }
        if (!snapshot.ours()) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "The snapshot " + named(snapshot)
                            + " was not made by this appliance; delete it with the program that made it.");
        }
        task.progress().step("Deleting");
        snapshots.delete(snapshot);
        return deleted("deleted the snapshot " + named(snapshot), 1);
    }

    private Result retain(RunningTask task, SnapshotUse snapshots) throws PluginException {
        task.progress().step("Listing the snapshots");
        List<SnapshotInfo> all = snapshots.list();
        List<SnapshotInfo> ours = all.stream().filter(SnapshotInfo::ours).toList();
        Set<String> expired = ours.isEmpty()
                ? Set.of()
                : Set.copyOf(plane.expiredSnapshots(task.lease().key(), ours));
        List<SnapshotInfo> chosen =
                ours.stream().filter(s -> expired.contains(s.id())).toList();
        String rest = "; kept " + (ours.size() - chosen.size())
                + (all.size() == ours.size() ? "" : ", left " + (all.size() - ours.size()) + " of others alone");
        if (Boolean.parseBoolean(task.parameter(TaskParameters.DRY_RUN))) {
            chosen.forEach(s -> task.log().info("would delete " + named(s)));
            return deleted("would delete " + chosen.size() + " snapshots" + rest, 0);
        }
        PluginException first = null;
        for (SnapshotInfo snapshot : chosen) {
            task.cancellation().throwIfCancelled();
            task.progress().step("Deleting " + named(snapshot));
            try {
                snapshots.delete(snapshot);
                task.log().info("deleted " + named(snapshot));
            } catch (PluginException e) {
                task.log().warn("could not delete " + named(snapshot) + ": " + e.getMessage());
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return deleted("deleted " + chosen.size() + " snapshots" + rest, chosen.size());
    }

    private static Result deleted(String message, int count) {
        return Result.done(message, Map.of(SnapshotParameters.DELETED, Integer.toString(count)));
    }

    private static String named(SnapshotInfo snapshot) {
        return "'" + LogText.escape(snapshot.name()) + "' of " + snapshot.created();
    }

    private static PluginException gone(String id) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "The instance has no snapshot '" + LogText.escape(id) + "'; list its snapshots again.");
    }
}
