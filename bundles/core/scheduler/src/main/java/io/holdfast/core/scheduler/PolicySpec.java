package io.holdfast.core.scheduler;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.Schedule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A policy as an administrator wants it.
 *
 * @param name unique among policies, 1 to 255 characters
 * @param kind what it makes; stays as it was created
 * @param enabled whether its schedules run; a policy that is switched off keeps its instances
 * @param priority 0 to 100: which of several policies gets an instance, and how early its workflows start; higher first
 * @param destinationId where backups are kept; null for snapshots
 * @param instances ids of instances that are covered whatever rules say
 * @param include rules about further instances; one that holds is enough
 * @param exclude rules that win over those
 * @param schedules when it runs; only by hand if empty
 * @param retention what is kept; null to keep everything
 * @param proof which backups are proven by booting; null for none
 * @param copy where backups are copied to when a run has ended; null for nowhere
 */
public record PolicySpec(
        String name,
        Policy.Kind kind,
        boolean enabled,
        int priority,
        @Nullable String destinationId,
        Set<String> instances,
        List<InstanceMatch> include,
        List<InstanceMatch> exclude,
        List<Schedule> schedules,
        @Nullable RetentionRule retention,
        @Nullable Proof proof,
        @Nullable Copy copy) {

    /** The priority of what nobody gave one. */
    public static final int DEFAULT_PRIORITY = 50;

    /** A policy that copies nothing. */
    public PolicySpec(
            String name,
            Policy.Kind kind,
            boolean enabled,
            int priority,
            @Nullable String destinationId,
            Set<String> instances,
            List<InstanceMatch> include,
            List<InstanceMatch> exclude,
            List<Schedule> schedules,
            @Nullable RetentionRule retention,
            @Nullable Proof proof) {
        this(
                name,
                kind,
                enabled,
                priority,
                destinationId,
                instances,
                include,
                exclude,
                schedules,
                retention,
                proof,
                null);
    }

    /** Copies the collections. */
    public PolicySpec {
        instances = Set.copyOf(instances);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        schedules = List.copyOf(schedules);
    }

    /**
     * That backups are copied to a second destination when all of a run have been made: sealed if its vault is a replica of the first one's,
     * else written anew with the keys of that vault.
     *
     * @param destinationId where to
     * @param retention what is kept there, whatever is kept where they were made; null to keep everything
     * @param window when copies may begin: they wait until it is due, and may begin as long as its own window is open; null for at once
     */
    public record Copy(
            String destinationId,
            @Nullable RetentionRule retention,
            @Nullable Schedule window) {}

    /**
     * That backups are booted in isolation, and checked.
     *
     * @param every of how many runs one is proven, 1 for all; the first one is
     * @param providerId where; null for the provider that the instance came from
     * @param settings choices of the strategy's proof schema, by name; no secrets
     */
    public record Proof(int every, @Nullable String providerId, Map<String, List<String>> settings) {

        /** Copies the settings. */
        public Proof {
            settings = Map.copyOf(settings);
        }
    }
}
