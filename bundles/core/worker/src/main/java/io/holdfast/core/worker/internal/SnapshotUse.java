package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.SnapshotControl;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The snapshots of one instance, through a connection to its provider. */
final class SnapshotUse {

    private final SnapshotControl control;
    private final InstanceDescription instance;
    private final TaskContext context;

    private SnapshotUse(SnapshotControl control, InstanceDescription instance, TaskContext context) {
        this.control = control;
        this.instance = instance;
        this.context = context;
    }

    /** @throws PluginException {@code UNSUPPORTED} if the provider keeps no snapshots */
    static SnapshotUse of(StrategyLink link, InstanceDescription instance, TaskContext context) throws PluginException {
        Strategy strategy = link.strategy();
        boolean can = PluginLinks.with(strategy, () -> strategy.capabilities().contains(StrategyCapability.SNAPSHOTS));
        if (can && strategy instanceof SnapshotControl control) {
            return new SnapshotUse(control, instance, context);
        }
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "Providers of the type '" + link.use().description().id()
                        + "' keep no snapshots of their instances; use backups.");
    }

    SnapshotControl control() {
        return control;
    }

    InstanceDescription instance() {
        return instance;
    }

    /** Oldest first. */
    List<SnapshotInfo> list() throws PluginException {
        return PluginLinks.with(control, () -> control.list(instance, context)).stream()
                .sorted(Comparator.comparing(SnapshotInfo::created))
                .toList();
    }

    Optional<SnapshotInfo> find(String id) throws PluginException {
        return list().stream().filter(s -> s.id().equals(id)).findFirst();
    }

    void delete(SnapshotInfo snapshot) throws PluginException {
        PluginLinks.with(control, () -> {
            control.delete(instance, snapshot, context);
            return true;
        });
    }
}
