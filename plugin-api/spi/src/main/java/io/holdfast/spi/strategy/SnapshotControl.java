package io.holdfast.spi.strategy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A strategy that can keep snapshots on the provider itself. Implemented by plugins, on the same object as
 * {@link Strategy}, declared by {@link StrategyCapability#SNAPSHOTS}. Whether one instance can have snapshots may depend on how
 * it is made; then what it cannot do throws {@code UNSUPPORTED}, saying why.
 *
 * <p>Common failures: {@code NOT_FOUND} for an instance that is gone, {@code CONFLICT} for what the instance's state does not
 * allow now, {@code QUOTA} without room. The core runs nothing else on the instance meanwhile, except that {@link #list} may be
 * called at any time.
 */
@ConsumerType
public interface SnapshotControl {

    /**
     * Takes a snapshot that stays on the provider, crash-consistent or better. It is in the journal until it is whole; if this
     * throws, nothing is left that is not in the journal.
     */
    SnapshotInfo create(InstanceDescription instance, String name, TaskContext context) throws PluginException;

    /**
     * Takes a snapshot as {@link #create(InstanceDescription, String, TaskContext)} does, with what else was asked for. The core
     * calls this one. As it is here it leaves the description out and cannot quiesce.
     *
     * @throws PluginException {@code UNSUPPORTED}, {@code UNAVAILABLE} if the request wants it quiesced and that cannot be
     */
    default SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
        if (request.quiesce()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "this provider cannot hold applications still for a snapshot; take it without that");
        }
        return create(request.instance(), request.name(), context);
    }

    /** Lists the snapshots of an instance, foreign ones too, in any order. Changes nothing. */
    List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException;

    /**
     * Takes the instance back to a snapshot, its own or a foreign one. What was written since is lost. A change token from before
     * is a reason for a full read from then on ({@code SNAPSHOT_REVERTED}).
     *
     * @throws PluginException {@code NOT_FOUND} if there is no such snapshot; then nothing has changed
     */
    void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context) throws PluginException;

    /**
     * Deletes a snapshot; the instance and its other snapshots stay as they are. Deleting what does not exist succeeds. The core
     * asks only for those that are {@linkplain SnapshotInfo#ours ours}.
     */
    void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context) throws PluginException;
}
