package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Writes workflows into the catalogue as the dispatcher does; tests let them end. */
final class FakeWorkflows implements Workflows {

    record Submitted(String id, WorkflowRequest request, Submission submission) {}

    final List<Submitted> submitted = new CopyOnWriteArrayList<>();
    volatile ErrorKind refuse;
    private final Catalog catalog;

    FakeWorkflows(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Workflow submit(WorkflowRequest request, Submission how) throws PluginException {
        if (refuse != null) {
            throw new PluginException(refuse, "refused by the test");
        }
        Workflow workflow = workflow(request, how);
        try {
            catalog.workflows().add(workflow, List.of());
        } catch (CatalogException e) {
            if (e.kind() == ErrorKind.ALREADY_EXISTS) {
                return catalog.workflows().find(how.id()).orElseThrow();
            }
            throw e;
        }
        submitted.add(new Submitted(workflow.id(), request, how));
        return workflow;
    }

    private static Workflow workflow(WorkflowRequest request, Submission how) {
        WorkflowType type = WorkflowType.PRUNE;
        String instance = "";
        String backup = "";
        if (request instanceof WorkflowRequest.BackUp r) {
            type = WorkflowType.BACKUP;
            instance = r.instanceId();
        } else if (request instanceof WorkflowRequest.Snapshot r) {
            type = WorkflowType.SNAPSHOT;
            instance = r.instanceId();
        } else if (request instanceof WorkflowRequest.BootProof r) {
            type = WorkflowType.BOOT_PROOF;
            backup = r.backupId();
        }
        return new Workflow(
                how.id(),
                type,
                WorkflowState.QUEUED,
                how.origin(),
                how.priority(),
                "",
                instance,
                "",
                backup,
                Map.of(),
                Instant.EPOCH,
                null,
                null,
                "",
                "");
    }

    /** Lets a workflow end. */
    void end(String id, WorkflowState state, String backupId) {
        end(id, state, backupId, state == WorkflowState.FAILED ? "TIMEOUT" : "");
    }

    void end(String id, WorkflowState state, String backupId, String error) {
        Workflow w = catalog.workflows().find(id).orElseThrow();
        catalog.workflows()
                .update(
                        new Workflow(
                                w.id(),
                                w.type(),
                                state,
                                w.origin(),
                                w.priority(),
                                w.providerId(),
                                w.instanceId(),
                                w.destinationId(),
                                backupId,
                                w.parameters(),
                                w.created(),
                                Instant.EPOCH,
                                Instant.EPOCH,
                                "ended by the test",
                                error),
                        List.of());
    }

    @Override
    public Optional<Workflow> find(String id) {
        return catalog.workflows().find(id);
    }

    @Override
    public Workflow cancel(String workflowId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Workflow end(String workflowId, boolean move) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page<Workflow> list(WorkflowFilter filter, PageRequest page) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Task> tasks(String workflowId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<TaskLogLine> log(String taskId, long after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RetentionDecision> preview(WorkflowRequest.Prune request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RetentionDecision> previewSnapshots(
            String instanceId, Collection<SnapshotInfo> snapshots, RetentionRule rule) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Workflow await(String workflowId, Duration atMost) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Subscription subscribe(Consumer<WorkflowEvent> listener) {
        throw new UnsupportedOperationException();
    }
}
