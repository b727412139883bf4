package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowEvent.Kind;
import io.holdfast.spi.ErrorKind;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Writes transitions: reads a workflow whole, lets a function of {@link Life} say what comes next, and replaces it whole
 * if nobody else did meanwhile; otherwise reads and decides anew. So every transition is one transaction, on one server
 * or several. Tells what has changed.
 */
final class Ledger {

    private static final int TRIES = 50;

    private final Catalog catalog;
    private final EventHub events;
    private final ChangeSignal signal;
    private final LiveTasks live;
    private final Consumer<Workflow> ended;

    /** @param ended told of every workflow that has ended, after that was written */
    Ledger(Catalog catalog, EventHub events, ChangeSignal signal, LiveTasks live, Consumer<Workflow> ended) {
        this.catalog = catalog;
        this.events = events;
        this.signal = signal;
        this.live = live;
        this.ended = ended;
    }

    void add(Flow flow) {
        catalog.workflows().add(flow.workflow(), flow.tasks());
        events.publish(new WorkflowEvent(Kind.WORKFLOW, flow.workflow(), null, 0));
        signal.raise();
    }

    Optional<Flow> find(String workflowId) {
        return catalog.workflows()
                .find(workflowId)
                .map(w -> new Flow(w, catalog.workflows().tasks(workflowId)));
    }

    /**
     * Changes a workflow.
     *
     * @param next pure; may be called several times; returning its argument changes nothing
     * @return what is written now; empty if there is no such workflow
     * @throws CatalogException {@code CONFLICT} if others change it all the time
     */
    Optional<Flow> change(String workflowId, UnaryOperator<Flow> next) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Flow> found = find(workflowId);
            if (found.isEmpty()) {
                return found;
            }
            Flow before = found.get();
            Flow after = next.apply(before);
            if (after == before || after.equals(before)) {
                return found;
            }
            if (catalog.workflows().update(after.workflow(), after.tasks())) {
                tell(before, after);
                return Optional.of(after);
            }
        }
        throw new CatalogException(
                ErrorKind.CONFLICT, "workflow " + workflowId + " is changed by somebody else all the time", null);
    }

    /** Replaces one task of a workflow, whose state does not change: a renewed lease. */
    boolean renew(Workflow workflow, Task task) {
        return catalog.workflows().update(workflow, List.of(task));
    }

    private void tell(Flow before, Flow after) {
        for (Task task : after.tasks()) {
            Task old = before.task(task.id()).orElse(task);
            if (old.state() != task.state() || old.cancelRequested() != task.cancelRequested()) {
                live.forget(task.id());
                events.publish(new WorkflowEvent(Kind.TASK, after.workflow(), task, 0));
            }
        }
        if (before.workflow().state() != after.workflow().state()) {
            events.publish(new WorkflowEvent(Kind.WORKFLOW, after.workflow(), null, 0));
            if (after.workflow().state().ended()) {
                ended.accept(after.workflow());
            }
        }
        signal.raise();
    }
}
