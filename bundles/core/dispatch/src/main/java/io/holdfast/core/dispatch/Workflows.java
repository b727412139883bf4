package io.holdfast.core.dispatch;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Submits work and tells how it goes. An OSGi service, present while the catalogue is. Safe for use from any thread.
 * Failures of the catalogue come through as {@link io.holdfast.core.catalog.CatalogException}.
 */
@ProviderType
public interface Workflows {

    /**
     * Writes a workflow down. When this returns it survives a restart and will be done as soon as limits, priorities and
     * nodes allow. If the submission names an id that there is already, nothing is written.
     *
     * @return the workflow as it was written
     * @throws PluginException {@code NOT_FOUND} if something it names does not exist; {@code INVALID_CONFIG};
     *     {@code CONFLICT} if it makes no sense now, such as a backup to a destination without a vault
     */
    Workflow submit(WorkflowRequest request, Submission submission) throws PluginException;

    /**
     * Asks for the end of a workflow. What has not started ends at once, what runs within seconds, leaving nothing. A
     * workflow that has ended stays as it is.
     *
     * @return the workflow as it is now
     * @throws PluginException {@code NOT_FOUND}
     */
    Workflow cancel(String workflowId) throws PluginException;

    /**
     * Ends an instant recovery. The workflow goes on until that is done; if a move fails, the instance runs on from the backup, and its
     * task's log says why.
     *
     * @param move whether the instance is moved to production storage while it runs; otherwise it is discarded with what it has written
     * @return the workflow as it is now
     * @throws PluginException {@code NOT_FOUND}; {@code CONFLICT} if it is no instant recovery, its instance does not run yet, or its
     *     end was asked for already
     */
    Workflow end(String workflowId, boolean move) throws PluginException;

    /** Finds a workflow. */
    Optional<Workflow> find(String workflowId);

    /** The workflows that a filter means, newest first. */
    Page<Workflow> list(WorkflowFilter filter, PageRequest page);

    /** The tasks of a workflow by position, with progress of this moment. */
    List<Task> tasks(String workflowId);

    /** Lines of a task's log with numbers above {@code after}, in order. */
    List<TaskLogLine> log(String taskId, long after, int limit);

    /** What a prune would forget and keep now, and why; changes nothing. */
    List<RetentionDecision> preview(WorkflowRequest.Prune request) throws PluginException;

    /**
     * What a rule would keep and delete of an instance's snapshots, and why; changes nothing. Those of others are left out.
     *
     * @param snapshots as the provider lists them now
     */
    List<RetentionDecision> previewSnapshots(String instanceId, Collection<SnapshotInfo> snapshots, RetentionRule rule)
            throws PluginException;

    /**
     * Waits for the end of a workflow.
     *
     * @return the workflow as it is after that, ended or not
     * @throws PluginException {@code NOT_FOUND}
     */
    Workflow await(String workflowId, Duration atMost) throws PluginException, InterruptedException;

    /**
     * Listens to news. They come one at a time, in order, on a thread of the dispatcher; a listener that is too slow gets
     * {@link WorkflowEvent.Kind#MISSED} instead of what did not fit, and never slows anybody down.
     *
     * @return closing it ends the news
     */
    Subscription subscribe(Consumer<WorkflowEvent> listener);

    /** Ends the news. Closing twice is harmless. */
    @ProviderType
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
