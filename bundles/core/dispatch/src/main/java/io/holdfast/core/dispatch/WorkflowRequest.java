package io.holdfast.core.dispatch;

import io.holdfast.core.policy.RetentionRule;
import io.holdfast.spi.source.EntryPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What somebody wants done. Ids are the catalogue's. */
public sealed interface WorkflowRequest {

    /**
     * Backs one instance up. One backup of an instance runs at a time; a further one waits for it.
     *
     * @param full whether everything is read even if an earlier backup says what is unchanged
     */
    record BackUp(String instanceId, String destinationId, boolean full) implements WorkflowRequest {}

    /**
     * Restores a backup or chosen entries of it.
     *
     * @param targetProviderId where to; null for the provider that the instance came from
     * @param settings choices of the strategy's restore schema, by name
     * @param selection entries to restore, each with everything below it; empty for all
     */
    record Restore(
            String backupId,
            @Nullable String targetProviderId,
            Map<String, List<String>> settings,
            List<EntryPath> selection)
            implements WorkflowRequest {

        /** Copies the collections. */
        public Restore {
            settings = Map.copyOf(settings);
            selection = List.copyOf(selection);
        }

        @Override
        public String toString() {
            return "Restore[" + backupId + ", " + targetProviderId + "]";
        }
    }

    /**
     * Runs an instance straight from a backup, until that is ended by {@link Workflows#end} or cancelled, which discards it.
     *
     * @param targetProviderId where; null for the provider that the instance came from
     * @param settings choices of the strategy's instant schema, by name
     */
    record InstantRecovery(String backupId, @Nullable String targetProviderId, Map<String, List<String>> settings)
            implements WorkflowRequest {

        /** Copies the settings. */
        public InstantRecovery {
            settings = Map.copyOf(settings);
        }

        @Override
        public String toString() {
            return "InstantRecovery[" + backupId + ", " + targetProviderId + "]";
        }
    }

    /**
     * Proves a backup: boots an instance from it in isolation, checks, and removes everything again. What was found is kept with the
     * backup; an instance that does not pass ends the workflow with warnings.
     *
     * @param targetProviderId where; null for the provider that the instance came from
     * @param settings choices of the strategy's proof schema, by name
     */
    record BootProof(String backupId, @Nullable String targetProviderId, Map<String, List<String>> settings)
            implements WorkflowRequest {

        /** Copies the settings. */
        public BootProof {
            settings = Map.copyOf(settings);
        }
    }

    /**
     * Re-reads what was stored and proves it.
     *
     * @param backupId only what this backup needs; null for everything on the destination
     * @param slice which part, 0 to {@code slices - 1}
     * @param slices into how many parts everything is cut, 1 for all at once
     * @param deep whether content is decrypted and checked as well
     */
    record Verify(String destinationId, @Nullable String backupId, int slice, int slices, boolean deep)
            implements WorkflowRequest {}

    /**
     * Forgets what a rule does not keep and frees the space that nothing needs.
     *
     * @param instanceId only backups of this instance; null for all on the destination
     * @param rule what is kept
     * @param dryRun whether it is only told what would be done
     */
    record Prune(String destinationId, @Nullable String instanceId, RetentionRule rule, boolean dryRun)
            implements WorkflowRequest {}

    /**
     * Forgets what a rule does not keep of chosen instances, and frees the space that nothing needs.
     *
     * @param instanceIds whose backups; 1 to 10,000
     * @param rule what is kept
     */
    record PruneInstances(String destinationId, Set<String> instanceIds, RetentionRule rule)
            implements WorkflowRequest {

        /** Copies the set. */
        public PruneInstances {
            instanceIds = Set.copyOf(instanceIds);
        }
    }

    /**
     * Forgets chosen backups of one destination and frees the space that nothing needs.
     *
     * @param backupIds which, at least one
     */
    record Forget(String destinationId, List<String> backupIds) implements WorkflowRequest {

        /** Copies the list. */
        public Forget {
            backupIds = List.copyOf(backupIds);
        }
    }

    /**
     * Asks a provider for its instances.
     *
     * @param externalId only describes and adds the instance that an administrator names; null for all
     */
    record Inventory(String providerId, @Nullable String externalId) implements WorkflowRequest {}

    /**
     * Makes a new vault on a destination. The recovery key is kept with the keys of the vault.
     *
     * @param passphrase a second way to the keys besides the recovery key; null for none
     */
    record CreateVault(String destinationId, @Nullable String passphrase) implements WorkflowRequest {
        @Override
        public String toString() {
            return "CreateVault[" + destinationId + "]";
        }
    }

    /**
     * Takes over a vault that exists, with one of the ways to its keys.
     *
     * @param recoveryKey as printed; null if another way is given
     * @param passphrase null if another way is given
     * @param shares recovery shares as printed; empty if another way is given
     */
    record AdoptVault(
            String destinationId,
            @Nullable String recoveryKey,
            @Nullable String passphrase,
            List<String> shares) implements WorkflowRequest {

        /** Copies the list. */
        public AdoptVault {
            shares = List.copyOf(shares);
        }

        /** With the recovery key or the passphrase. */
        public AdoptVault(String destinationId, @Nullable String recoveryKey, @Nullable String passphrase) {
            this(destinationId, recoveryKey, passphrase, List.of());
        }

        @Override
        public String toString() {
            return "AdoptVault[" + destinationId + "]";
        }
    }

    /**
     * Makes a vault on a destination that has the keys of the vault on another one, so that backups can be copied there. The recovery
     * key of the first vault opens it.
     *
     * @param destinationId where there is no vault yet
     * @param ofDestinationId where the first vault is
     */
    record ReplicateVault(String destinationId, String ofDestinationId) implements WorkflowRequest {}

    /**
     * Copies backups to another destination. To a replica of their vault they go as they are; into a vault with other keys they are read
     * and written anew, so that whoever asks for that must be allowed to read them. What is there already is not sent again. Which
     * backups are copied is decided when the task starts.
     *
     * @param fromDestinationId where they are
     * @param toDestinationId where they go
     * @param instanceIds only backups of these instances; empty for all
     * @param backupIds only these backups; empty for all
     * @param latest only so many newest ones of each instance; 0 for all
     */
    record Copy(
            String fromDestinationId,
            String toDestinationId,
            Set<String> instanceIds,
            List<String> backupIds,
            int latest)
            implements WorkflowRequest {

        /** Copies the collections. */
        public Copy {
            instanceIds = Set.copyOf(instanceIds);
            backupIds = List.copyOf(backupIds);
        }
    }

    /**
     * Puts a further key object, such as that of a set of recovery shares.
     *
     * @param slot the object, of which nothing is secret
     */
    @SuppressWarnings("ArrayRecordComponent")
    record AddKeySlot(String destinationId, byte[] slot) implements WorkflowRequest {
        @Override
        public String toString() {
            return "AddKeySlot[" + destinationId + "]";
        }
    }

    /**
     * Begins a new key epoch of a vault. Each way to the keys that is to open the new epoch has to be given; the recovery key only if the
     * appliance does not know it.
     *
     * @param recoveryKey as printed; null for the one that the appliance knows
     * @param newRecoveryKey as printed: one that opens the new epoch in place of the present one; null to go on with that
     * @param passphrase of the vault, or a new one; null for none
     * @param withoutPassphrase whether the present passphrase shall not open the new epoch
     * @param shares as printed, as many of each set as it needs
     * @param withoutShares whether sets of which no share was given shall not open the new epoch
     */
    record RotateKeys(
            String destinationId,
            @Nullable String recoveryKey,
            @Nullable String newRecoveryKey,
            @Nullable String passphrase,
            boolean withoutPassphrase,
            List<String> shares,
            boolean withoutShares)
            implements WorkflowRequest {

        /** Copies the list. */
        public RotateKeys {
            shares = List.copyOf(shares);
        }

        @Override
        public String toString() {
            return "RotateKeys[" + destinationId + "]";
        }
    }

    /**
     * Destroys the keys of a vault, on its destination and here: nothing that was backed up to it can be read ever after.
     *
     * @param confirmation the name of the destination, typed again
     */
    record DestroyKeys(String destinationId, String confirmation) implements WorkflowRequest {}

    /** Rebuilds the catalogue's rows from what is on a destination; adds what is missing, removes what is gone. */
    record Rebuild(String destinationId) implements WorkflowRequest {}

    /** Does something with the snapshots of an instance that stay on its provider. */
    record Snapshot(String instanceId, SnapshotOrder order) implements WorkflowRequest {}
}
