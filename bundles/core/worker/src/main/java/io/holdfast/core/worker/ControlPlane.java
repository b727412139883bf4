package io.holdfast.core.worker;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that a node can ask of the control plane, and the only way in which it does. In one process this is a
 * service call; a remote node speaks the same over mutual TLS. So only values cross it: text, numbers, bytes.
 *
 * <p>All methods may be called from any thread and, except for {@link #awaitChange}, return within seconds. They throw
 * {@link PluginException} with {@code UNAVAILABLE} if the control plane cannot be reached or its catalogue is down: the
 * node goes on with what it has and asks again. {@code CONFLICT} says that a lease is over: the task ends at once and
 * what it did is not wanted. Every call may be repeated when it is not known whether it arrived.
 */
@ProviderType
public interface ControlPlane {

    /**
     * A node starts. Tasks that were leased to an earlier life of the same node are lost with it: what they left is
     * cleaned up and they are queued again.
     */
    NodeTerms register(NodeInfo node) throws PluginException;

    /**
     * Waits until there may be something new for a node: work, a cancelled task. Costs nothing while it waits.
     *
     * @param nodeId who waits
     * @param seen what the last call returned, 0 at first
     * @param atMost how long to wait
     * @return a number that is greater than {@code seen} if something happened
     */
    long awaitChange(String nodeId, long seen, Duration atMost) throws PluginException, InterruptedException;

    /** Leases queued tasks to a node, at most as many as it has room for, by priority and within all limits. */
    List<TaskLease> lease(LeaseRequest request) throws PluginException;

    /** Renews leases and hands over progress and log lines. The answers come in the order of the reports. */
    List<LeaseAnswer> heartbeat(String nodeId, List<TaskReport> reports) throws PluginException;

    /** What a leased task works on, secrets included. Only what this kind of task needs is released. */
    TaskInputs inputs(LeaseKey lease) throws PluginException;

    /**
     * An export has opened its session: the store of the same workflow may start on this node. Or a mount runs its instance: from now
     * on only somebody who wants it ends it; when it says so again, a move that was asked for has failed and is not asked for any more.
     *
     * @param backupId the id that the backup will have; a later attempt looks for it on the destination first, so that a
     *     backup whose completion was never heard of is found instead of made again
     */
    void sessionOpened(LeaseKey lease, String backupId) throws PluginException;

    /** A task tells what it found; repeated as often as needed. */
    void found(LeaseKey lease, Findings findings) throws PluginException;

    /**
     * Writes an external side effect down before it happens.
     *
     * @return the id of the entry, which survives a crash of everything
     */
    String announce(LeaseKey lease, String kind, Map<String, String> details) throws PluginException;

    /** An external side effect is gone again. Needs no lease, because a session may outlive its export. */
    void undone(String nodeId, String entryId) throws PluginException;

    /** A task has ended. Repeating it with the same key is harmless. */
    void complete(LeaseKey lease, TaskOutcome outcome) throws PluginException;

    /**
     * Which snapshots the retention rule of a leased {@link TaskKind#SNAPSHOT} does not keep.
     *
     * @param ours the snapshots of the task's instance that this appliance made
     * @return the ids of those that go
     */
    List<String> expiredSnapshots(LeaseKey lease, List<SnapshotInfo> ours) throws PluginException;

    /** What is needed to list the snapshots of an instance on behalf of a person whom the caller has authorised. */
    SnapshotAccess snapshotAccess(String nodeId, String instanceId) throws PluginException;

    /** What is needed to look into a backup on behalf of a person whom the caller has authorised. */
    BackupAccess readAccess(String nodeId, String backupId) throws PluginException;
}
