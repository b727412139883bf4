package io.holdfast.core.policy;

import io.holdfast.core.policy.InstanceMatch.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which instances a policy covers. Every instance has one policy of a kind at most: one that names it wins over those whose rules
 * match it; among several, the one of higher priority, then the older one. A rule that excludes wins over those that include, not over
 * a name.
 */
public final class Coverage {

    private final List<Scope> ordered;

    /**
     * @param scopes of all policies of one kind, the enabled ones and the others: a policy that is switched off keeps its
     *     instances, so that no other one takes them over meanwhile
     */
    public Coverage(Collection<Scope> scopes) {
        this.ordered = scopes.stream()
                .sorted(Comparator.comparingInt(Scope::priority).reversed().thenComparing(Scope::policyId))
                .toList();
    }

    /**
     * What a policy covers.
     *
     * @param policyId ids order by age
     * @param priority 0 to 100, higher first
     * @param instances ids of instances that are named
     * @param include rules; one that holds is enough
     * @param exclude rules; one that holds is enough
     */
    public record Scope(
            String policyId,
            int priority,
            Set<String> instances,
            List<InstanceMatch> include,
            List<InstanceMatch> exclude) {

        /** Copies the collections. */
        public Scope {
            instances = Set.copyOf(instances);
            include = List.copyOf(include);
            exclude = List.copyOf(exclude);
        }

        boolean names(Candidate candidate) {
            return instances.contains(candidate.id());
        }

        boolean includes(Candidate candidate) {
            return include.stream().anyMatch(m -> m.matches(candidate));
        }

        boolean excludes(Candidate candidate) {
            return exclude.stream().anyMatch(m -> m.matches(candidate));
        }
    }

    /** How an instance stands to a policy. */
    public enum Standing {
        /** Covered, because it is named. */
        NAMED,
        /** Covered, because a rule holds. */
        MATCHED,
        /** Not covered, because a rule excludes it that another one includes. */
        EXCLUDED,
        /** Not covered, because another policy has it. */
        TAKEN,
        /** Covered, but not found by the last inventory: nothing is run. */
        ABSENT
    }

    /**
     * What a policy has to do with an instance.
     *
     * @param instance which
     * @param standing how it stands
     * @param policyId who has it; empty if nobody
     */
    public record Decision(Candidate instance, Standing standing, String policyId) {

        /** Whether the policy has it, present or not. */
        public boolean covered() {
            return standing == Standing.NAMED || standing == Standing.MATCHED || standing == Standing.ABSENT;
        }
    }

    /** The policy that has an instance. */
    public Optional<String> policyOf(Candidate candidate) {
        Optional<Scope> named = ordered.stream().filter(s -> s.names(candidate)).findFirst();
        return named.or(() -> ordered.stream()
                        .filter(s -> s.includes(candidate) && !s.excludes(candidate))
                        .findFirst())
                .map(Scope::policyId);
    }

    /** Everything that a policy has to do with, in the order in which the instances came; others are left out. */
    public List<Decision> of(String policyId, Collection<Candidate> candidates) {
        Map<String, Scope> byId = new LinkedHashMap<>();
        ordered.forEach(s -> byId.put(s.policyId(), s));
        Scope scope = byId.get(policyId);
        List<Decision> decisions = new ArrayList<>();
        if (scope != null) {
            candidates.forEach(c -> decide(scope, c).ifPresent(decisions::add));
        }
        return decisions;
    }

    private Optional<Decision> decide(Scope scope, Candidate candidate) {
        boolean named = scope.names(candidate);
        if (!named && !scope.includes(candidate)) {
            return Optional.empty();
        }
        String owner = policyOf(candidate).orElse("");
        if (owner.equals(scope.policyId())) {
            Standing how = named ? Standing.NAMED : Standing.MATCHED;
            return Optional.of(new Decision(candidate, candidate.present() ? how : Standing.ABSENT, owner));
        }
        boolean excluded = !named && scope.excludes(candidate);
        return Optional.of(new Decision(candidate, excluded ? Standing.EXCLUDED : Standing.TAKEN, owner));
    }
}
