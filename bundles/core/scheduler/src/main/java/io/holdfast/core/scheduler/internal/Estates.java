package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.policy.Coverage;
import io.holdfast.core.policy.InstanceMatch.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What policies and instances there are, and who has which. */
final class Estates {

    static final Set<WorkflowState> NOT_ENDED = Set.of(WorkflowState.QUEUED, WorkflowState.RUNNING);

    private final Catalog catalog;

    Estates(Catalog catalog) {
        this.catalog = catalog;
    }

    List<Policy> policies() {
        return Page.all(page -> catalog.policies().list(page));
    }

    /** Everything that a policy has to do with, by name. */
    List<Coverage.Decision> decisions(Policy policy) {
        List<Coverage.Scope> scopes = policies().stream()
                .filter(p -> p.kind() == policy.kind() && !p.id().equals(policy.id()))
                .map(Definitions::scope)
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        scopes.add(Definitions.scope(policy));
        List<Candidate> candidates = Page.all(page -> catalog.instances().list(page)).stream()
                .map(Estates::candidate)
                .toList();
        return new Coverage(scopes).of(policy.id(), candidates);
    }

    private static Candidate candidate(Instance i) {
        return new Candidate(i.id(), i.providerId(), i.name(), i.kind(), i.labels(), i.present());
    }
}
