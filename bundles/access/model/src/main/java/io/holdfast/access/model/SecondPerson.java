package io.holdfast.access.model;

import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.core.security.Approvals;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Map;
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

    /** Before a destination is removed; what would be refused anyway asks nobody. */
    public static void removeDestination(CoreServices core, Principal who, DestinationInfo destination)
            throws PluginException {
        core.estate().checkRemoveDestination(destination.id());
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

    /**
     * Changes a destination. What would be refused asks nobody and changes nothing.
     *
     * @param name its new name; null to keep it
     * @param settings all its settings anew; null to keep them
     * @param immutableDays for how many days new backups become immutable, 0 to 36,500; null for as long as before
     * @return the destination as it is then
     */
    public static DestinationInfo changeDestination(
            CoreServices core,
            Principal who,
            DestinationInfo before,
            @Nullable String name,
            @Nullable Map<String, List<String>> settings,
            @Nullable Integer immutableDays)
            throws PluginException {
        core.estate().checkDestination(before.id(), name, settings, immutableDays);
        if (immutableDays == null) {
            return core.estate().updateDestination(before.id(), name, settings);
        }
        immutability(core, who, before, immutableDays);
        core.estate().updateDestination(before.id(), name, settings);
        return core.estate().immutableDays(before.id(), immutableDays);
    }

    private static void immutability(CoreServices core, Principal who, DestinationInfo before, int days)
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
     * Before a policy is added or becomes another one; what would be refused anyway asks nobody.
     *
     * @param before null for a new one
     */
    public static void policy(CoreServices core, Principal who, @Nullable PolicyInfo before, PolicySpec after)
            throws PluginException {
        core.policies().check(before == null ? null : before.id(), after);
        PolicyChange change = new PolicyChange(core, before == null ? null : before.spec(), after);
        if (change.mayKeepLess()) {
            core.approvals()
                    .require(who, Approvals.POLICY_SHORTEN, after.name(), change.description(), change.exactly());
        }
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
