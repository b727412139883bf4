package io.holdfast.core.worker;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a leased task works on, secrets included. Given once the lease is held, kept in memory only. {@link #toString}
 * shows no secret.
 *
 * @param provider the provider; null if the task concerns none
 * @param instance the instance; null if the task concerns none
 * @param destination the destination; null if the task concerns none
 * @param restoreSettings choices of a restore or of a mount, secrets in clear
 * @param selection the entries to restore, as the bytes of their paths; empty for all
 * @param backupIds the backups to forget, to verify or to copy; empty for none, or all
 * @param sideEffects what a clean-up has to undo, or what a mount that is taken up again has made
 * @param secrets further secrets by name, see the constants
 * @param from the destination that is copied or replicated from; null if there is none
 */
public record TaskInputs(
        @Nullable ProviderAccess provider,
        @Nullable InstanceAccess instance,
        @Nullable DestinationAccess destination,
        Map<String, List<String>> restoreSettings,
        List<byte[]> selection,
        List<String> backupIds,
        List<OpenSideEffect> sideEffects,
        Map<String, String> secrets,
        @Nullable DestinationAccess from) {

    /** Secret of {@link TaskKind#ATTACH}: the recovery key of the vault to adopt. */
    public static final String RECOVERY_KEY = "recoveryKey";

    /** Secret of {@link TaskKind#ATTACH}: a passphrase that opens the vault too. */
    public static final String PASSPHRASE = "passphrase";

    /** What a task works on that copies nothing. */
    public TaskInputs(
            @Nullable ProviderAccess provider,
            @Nullable InstanceAccess instance,
            @Nullable DestinationAccess destination,
            Map<String, List<String>> restoreSettings,
            List<byte[]> selection,
            List<String> backupIds,
            List<OpenSideEffect> sideEffects,
            Map<String, String> secrets) {
        this(provider, instance, destination, restoreSettings, selection, backupIds, sideEffects, secrets, null);
    }

    /** Secret of {@link TaskKind#ATTACH} and {@link TaskKind#KEYS}: recovery shares as printed, one a line. */
    public static final String SHARES = "shares";

    /** Secret of {@link TaskKind#KEYS}: the recovery key, as printed, of the new key epoch in place of the present one. */
    public static final String NEW_RECOVERY_KEY = "newRecoveryKey";

    /** Secret of {@link TaskKind#KEYS}: a key object to be put, Base64. */
    public static final String SLOT = "slot";

    /** Copies the collections. */
    public TaskInputs {
        restoreSettings = Map.copyOf(restoreSettings);
        selection = List.copyOf(selection);
        backupIds = List.copyOf(backupIds);
        sideEffects = List.copyOf(sideEffects);
        secrets = Map.copyOf(secrets);
    }

    @Override
    public String toString() {
        return "TaskInputs[" + provider + ", " + instance + ", " + destination + "]";
    }
}
