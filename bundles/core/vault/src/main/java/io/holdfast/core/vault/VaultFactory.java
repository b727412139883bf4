package io.holdfast.core.vault;

import io.holdfast.core.vault.internal.DefaultVaultFactory;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Creates, finds and opens vaults. Got from {@link #standard}; safe for use from any thread.
 *
 * <p>A destination holds at most one vault. The factory never closes the destination it is given.
 */
@ProviderType
public interface VaultFactory {

    /** The factory, for whoever knows the settings of this node. */
    static VaultFactory standard(VaultRuntime runtime) {
        return new DefaultVaultFactory(runtime);
    }

    /** What vault lies on the destination; empty if there is none. Needs no keys, so nothing is authenticated yet. */
    Optional<VaultIdentity> probe(Destination destination, TransferContext context) throws PluginException;

    /**
     * Creates a vault. The recovery key in the answer exists nowhere else: show it once and forget it.
     *
     * @param options parameters that stay for the life of the vault
     * @param applianceId who owns it, 1 to 64 characters
     * @param passphrase a second way to the keys besides the recovery key; null for none; not kept
     * @throws PluginException {@code ALREADY_EXISTS} if there is a vault; on any failure no vault is left behind,
     *     at most an unused key object that does no harm
     */
    NewVault create(
            Destination destination,
            VaultOptions options,
            String applianceId,
            char @Nullable [] passphrase,
            TransferContext context)
            throws PluginException;

    /**
     * Creates a vault on another destination that has the id and the keys of the first one, and no backups yet: {@link Vault#copy}
     * brings them. The recovery key and the passphrase of the first vault open it. Idempotent.
     *
     * @param source where the first vault, or a replica of it, lies; only read
     * @param target where there is no vault yet
     * @param keys of the first vault; the writer keys are enough
     * @param applianceId who owns the replica
     * @throws PluginException {@code ALREADY_EXISTS} if there is another vault; {@code CONFLICT} if both destinations lead to the same
     *     vault; {@code NOT_FOUND} without a vault on the source; on any failure no vault is left behind
     */
    VaultIdentity replicate(
            Destination source, Destination target, VaultKeys keys, String applianceId, TransferContext context)
            throws PluginException;

    /**
     * Gets the keys back from the destination: everything else may be lost.
     *
     * @throws PluginException {@code AUTHENTICATION} if the key belongs to another vault; {@code NOT_FOUND} without a
     *     vault; {@code CORRUPT_DATA} if the key object was damaged
     */
    ReaderKeys unlock(Destination destination, RecoveryKey key, TransferContext context) throws PluginException;

    /**
     * Gets the keys back with the passphrase. Takes about a second by intention.
     *
     * @throws PluginException {@code AUTHENTICATION} if it is not the passphrase, or the vault has none
     */
    ReaderKeys unlock(Destination destination, char[] passphrase, TransferContext context) throws PluginException;

    /**
     * Makes this appliance the owner of a vault that another one created, for disaster recovery. Idempotent. The former
     * owner gets {@code CONFLICT} the next time it opens the vault.
     */
    void adopt(Destination destination, ReaderKeys keys, String applianceId, TransferContext context)
            throws PluginException;

    /**
     * Opens a vault: to write with {@link WriterKeys}, for everything with {@link ReaderKeys}. Reads a handful of small
     * objects. Close the vault before the destination.
     *
     * @param applianceId who opens it
     * @throws PluginException {@code NOT_FOUND} without a vault; {@code CONFLICT} if it belongs to another appliance;
     *     {@code AUTHENTICATION} if the keys are those of another vault; {@code UNSUPPORTED} if it was written by a newer
     *     version
     */
    default Vault open(Destination destination, VaultKeys keys, String applianceId, TransferContext context)
            throws PluginException {
        return open(destination, keys, applianceId, Redundancy.none(), context);
    }

    /**
     * The same, storing parity beside what is written: new packs get it, and verification adds it to packs that have none.
     *
     * @param redundancy how much parity, until the vault is closed
     */
    Vault open(
            Destination destination, VaultKeys keys, String applianceId, Redundancy redundancy, TransferContext context)
            throws PluginException;

    /**
     * Opens a vault to list, read and verify it, whoever owns it, without writing anything: for a destination that is read-only,
     * or whose appliance is gone or at work. {@link Vault#begin}, {@link Vault#forget} and {@link Vault#collect} throw
     * {@code UNSUPPORTED}; {@link Vault#verify} reports what it finds and records nothing. Close the vault before the
     * destination.
     *
     * @throws PluginException as {@link #open}, but never {@code CONFLICT}
     */
    Vault openForReading(Destination destination, ReaderKeys keys, TransferContext context) throws PluginException;
}
