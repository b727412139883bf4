package io.holdfast.core.catalog;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which workflows are meant: those that meet every condition.
 *
 * @param states in one of these states; any if empty
 * @param types of one of these types; any if empty
 * @param instanceId about this instance; any if null
 * @param destinationId about this destination; any if null
 */
public record WorkflowFilter(
        Set<WorkflowState> states,
        Set<WorkflowType> types,
        @Nullable String instanceId,
        @Nullable String destinationId) {

    /** Copies what it is given. */
    public WorkflowFilter {
        states = Set.copyOf(states);
        types = Set.copyOf(types);
    }

    /** All workflows. */
    public static WorkflowFilter all() {
        return new WorkflowFilter(Set.of(), Set.of(), null, null);
    }

    /** The same, but in one of these states; any if empty. */
    public WorkflowFilter in(Collection<WorkflowState> wanted) {
        return new WorkflowFilter(Set.copyOf(wanted), types, instanceId, destinationId);
    }

    /** The same, but of one of these types; any if empty. */
    public WorkflowFilter of(Collection<WorkflowType> wanted) {
        return new WorkflowFilter(states, Set.copyOf(wanted), instanceId, destinationId);
    }

    /** The same, but about an instance; any if null. */
    public WorkflowFilter about(@Nullable String instance) {
        return new WorkflowFilter(states, types, instance, destinationId);
    }

    /** The same, but about a destination; any if null. */
    public WorkflowFilter on(@Nullable String destination) {
        return new WorkflowFilter(states, types, instanceId, destination);
    }

    /** Whether a workflow is one of those that are meant. */
    public boolean matches(Workflow workflow) {
        return (states.isEmpty() || states.contains(workflow.state()))
                && (types.isEmpty() || types.contains(workflow.type()))
                && (instanceId == null || instanceId.equals(workflow.instanceId()))
                && (destinationId == null || destinationId.equals(workflow.destinationId()));
    }
}
