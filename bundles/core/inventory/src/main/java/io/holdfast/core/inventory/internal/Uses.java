package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What stands in the way of removing something, by name. */
final class Uses {

    private static final Set<WorkflowState> NOT_ENDED = Set.of(WorkflowState.QUEUED, WorkflowState.RUNNING);
    private static final int NAMED = 3;

    private final Catalog catalog;

    Uses(Catalog catalog) {
        this.catalog = catalog;
    }

    void refuseIfProviderIsUsed(String what, String providerId) throws PluginException {
        List<String> uses = new ArrayList<>();
        for (Instance instance : instancesOf(providerId)) {
            long backups = backupsOf(instance.id());
            if (backups > 0) {
                uses.add("instance '" + instance.name() + "' with " + backups + " backups");
            }
        }
        addWorkflows(uses, workflow -> workflow.providerId().equals(providerId));
        catalog.journal().all().stream()
                .filter(entry -> entry.providerId().equals(providerId))
                .forEach(entry -> uses.add("a " + entry.kind() + " on it that is not cleaned up yet"));
        refuse(what, uses);
    }

    void refuseIfDestinationIsUsed(String what, String destinationId) throws PluginException {
        List<String> uses = new ArrayList<>();
        long backups = catalog.backups()
                .list(null, destinationId, PageRequest.first(1))
                .total();
        if (backups > 0) {
            uses.add(backups + " backups on it");
        }
        policiesTo(destinationId).forEach(policy -> uses.add("policy '" + policy.name() + "'"));
        addWorkflows(uses, workflow -> workflow.destinationId().equals(destinationId));
        refuse(what, uses);
    }

    private List<Policy> policiesTo(String destinationId) {
        return Page.all(page -> catalog.policies().list(page)).stream()
                .filter(policy -> destinationId.equals(policy.destinationId())
                        || policy.definition()
                                .getOrDefault(Policy.COPY_DESTINATION, List.of())
                                .contains(destinationId))
                .toList();
    }

    void refuseIfInstanceIsUsed(String what, String instanceId) throws PluginException {
        List<String> uses = new ArrayList<>();
        long backups = backupsOf(instanceId);
        if (backups > 0) {
            uses.add("its " + backups + " backups");
        }
        addWorkflows(uses, workflow -> workflow.instanceId().equals(instanceId));
        refuse(what, uses);
    }

    private long backupsOf(String instanceId) {
        return catalog.backups().list(instanceId, null, PageRequest.first(1)).total();
    }

    private void addWorkflows(List<String> uses, Predicate<Workflow> concerned) {
        long offset = 0;
        Page<Workflow> page;
        do {
            page = catalog.workflows()
                    .list(WorkflowFilter.all().in(NOT_ENDED), new PageRequest(offset, PageRequest.MAX_LIMIT));
            page.items().stream()
                    .filter(concerned)
                    .forEach(workflow -> uses.add("workflow " + workflow.id() + " (" + workflow.type() + ")"));
            offset += page.items().size();
        } while (page.items().size() == PageRequest.MAX_LIMIT);
    }

    private static void refuse(String what, List<String> uses) throws PluginException {
        if (uses.isEmpty()) {
            return;
        }
        String named = String.join(", ", uses.subList(0, Math.min(NAMED, uses.size())));
        String more = uses.size() > NAMED ? " and " + (uses.size() - NAMED) + " more" : "";
        throw new PluginException(
                ErrorKind.CONFLICT, what + ": it is used by " + named + more + "; remove or end these first");
    }

    /** Every instance of a provider. */
    List<Instance> instancesOf(String providerId) {
        return Page.all(page -> catalog.instances().list(providerId, null, page));
    }
}
