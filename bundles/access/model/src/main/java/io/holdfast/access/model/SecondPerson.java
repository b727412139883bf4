package io.holdfast.access.model;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.core.security.Approvals;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.PluginException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every way in asks before it does something that the configuration may want a second administrator for. Each method returns if it may
 * be done now, and throws {@code PERMISSION}, naming the approval that waits, if not.
 */
public final class SecondPerson {

    private SecondPerson() {}

    /** Before chosen backups of a destination are forgotten. */
    public static void forget(CoreServices core, Principal who, String destinationId, List<String> backupIds)
            throws PluginException {
        String all = String.join(" ", backupIds.stream().sorted().toList());
        core.approvals()
                .require(
                        who,
                        Approvals.BACKUP_DELETE,
                        destinationId,
                        "forget " + (backupIds.size() == 1 ? "backup " + all : backupIds.size() + " backups"),
                        all);
    }

    /** Before a rule that is given by hand forgets backups. */
    public static void prune(CoreServices core, Principal who, WorkflowRequest.Prune prune) throws PluginException {
        if (prune.dryRun()) {
            return;
        }
        String rule = RuleText.write(prune.rule());
        String whose = prune.instanceId() == null ? "all instances" : "instance " + prune.instanceId();
        core.approvals()
                .require(
                        who,
                        Approvals.BACKUP_DELETE,
                        prune.destinationId(),
                        "forget backups of " + whose + " but for what this rule keeps: " + rule,
                        whose + " " + rule);
    }

    /** Before a destination is removed. */
    public static void removeDestination(CoreServices core, Principal who, DestinationInfo destination)
            throws PluginException {
        core.approvals()
                .require(
                        who,
                        Approvals.DESTINATION_DELETE,
                        destination.id(),
                        "remove destination '" + destination.name() + "' from the appliance",
                        destination.id());
    }

    /** Before the keys of a vault are destroyed. */
    public static void destroyKeys(CoreServices core, Principal who, DestructionDto lost, DestinationInfo destination)
            throws PluginException {
        core.approvals()
                .require(
                        who,
                        Approvals.KEY_SHRED,
                        destination.id(),
                        "destroy the keys of vault " + lost.vaultId() + " on destination '" + lost.destination() + "': "
                                + lost.backups() + " backups become unreadable for good",
                        destination.id() + " " + lost.vaultId());
    }

    /** Before new backups on a destination become immutable for another time. */
    public static void immutability(CoreServices core, Principal who, DestinationInfo before, int days)
            throws PluginException {
        if (days < before.immutableDays()) {
            core.approvals()
                    .require(
                            who,
                            Approvals.IMMUTABILITY_SHORTEN,
                            before.id(),
                            "make new backups on destination '" + before.name() + "' immutable for " + days
                                    + " days instead of " + before.immutableDays(),
                            before.id() + " " + days);
        }
    }

    /**
     * Before a policy becomes another one.
     *
     * @param before null for a new one
     */
    public static void policy(CoreServices core, Principal who, @Nullable PolicySpec before, PolicySpec after)
            throws PluginException {
        RetentionRule rule = after.retention();
        if (after.kind() != Policy.Kind.BACKUP || rule == null || before != null && !mayKeepLess(before, after)) {
            return;
        }
        core.approvals()
                .require(
                        who,
                        Approvals.POLICY_SHORTEN,
                        after.name(),
                        (before == null ? "add policy '" : "change policy '") + after.name() + "' so that it keeps: "
                                + RuleText.write(rule),
                        after.toString());
    }

    /** A rule that keeps less, or that gets other instances, or another destination, to keep less of. */
    private static boolean mayKeepLess(PolicySpec before, PolicySpec after) {
        return RetentionRule.mayKeepLess(before.retention(), after.retention())
                || !after.instances().equals(before.instances())
                || !after.include().equals(before.include())
                || !after.exclude().equals(before.exclude())
                || after.priority() != before.priority()
                || !String.valueOf(after.destinationId()).equals(String.valueOf(before.destinationId()));
    }

    /**
     * Before an account becomes somebody's who might be the second person.
     *
     * @param what is done to it, without passwords
     */
    public static void account(CoreServices core, Principal who, String user, String what) throws PluginException {
        core.approvals().require(who, Approvals.ACCOUNT_CHANGE, user, what + " user '" + user + "'", what);
    }
}
