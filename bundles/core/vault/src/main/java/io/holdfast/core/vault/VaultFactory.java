package io.holdfast.core.vault;

import io.holdfast.core.vault.internal.DefaultVaultFactory;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import java.util.List;
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
     * Gets the keys back with recovery shares of one set.
     *
     * @param shares as many different ones as the set needs, or more
     * @throws PluginException {@code AUTHENTICATION} if they are too few, of different sets, or those of another vault
     */
    ReaderKeys unlock(Destination destination, List<RecoveryShare> shares, TransferContext context)
            throws PluginException;

    /**
     * Puts a further key object, such as that of {@link NewShares}. Idempotent.
     *
     * @param keys those for which the object was made
     * @throws PluginException {@code CONFLICT} if the vault's keys were rotated meanwhile; {@code INVALID_CONFIG} if it is an
     *     object of another vault
     */
    void addSlot(Destination destination, ReaderKeys keys, byte[] slot, String applianceId, TransferContext context)
            throws PluginException;

    /**
     * Begins a new key epoch: what is backed up with the new keys is sealed to a new key pair; earlier backups stay as they are, and
     * the new keys read them, too. Whoever still has writer keys of the earlier epoch goes on with them. If an earlier call was cut
     * off after its commit, its keys are given. On failure the vault is as it was.
     *
     * @return the new keys; they have to be kept
     * @throws PluginException {@code INVALID_CONFIG} if a way to the keys would be left behind, {@code AUTHENTICATION} if what was
     *     given opens nothing, {@code CONFLICT} if the keys are not those in force, or of another appliance's vault
     */
    ReaderKeys rotate(
            Destination destination, ReaderKeys keys, Rotation rotation, String applianceId, TransferContext context)
            throws PluginException;

    /**
     * Deletes every key object of the vault: once the keys are forgotten elsewhere, too, nothing can read it any more. Not to be
     * undone. Idempotent; after a failure it has to be repeated.
     *
     * @return how many key objects were deleted
     * @throws PluginException {@code CONFLICT} if it is another appliance's vault; what the destination throws if it refuses to delete
     */
    int destroyKeys(Destination destination, VaultKeys keys, String applianceId, TransferContext context)
            throws PluginException;

    /**
     * Makes this appliance the owner of a vault that another one created, for disaster recovery. Idempotent. The former
     * owner gets {@code CONFLICT} the next time it opens the vault.
     *
     * @throws PluginException {@code AUTHENTICATION} if the keys are those of an epoch that is not in force any more
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
