package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A strategy that can keep snapshots on the provider itself. Implemented by plugins, on the same object as
 * {@link Strategy}, declared by {@link StrategyCapability#SNAPSHOTS}.
 */
@ConsumerType
public interface SnapshotControl {

    /** Takes a snapshot that stays on the provider. */
    SnapshotInfo create(InstanceDescription instance, String name, TaskContext context) throws PluginException;

    /** Lists the snapshots of an instance, foreign ones too. */
    List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException;

    /** Takes the instance back to a snapshot. */
    void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context) throws PluginException;

    /** Deletes a snapshot. Deleting what does not exist succeeds. */
    void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context) throws PluginException;
}
