package io.holdfast.core.vault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open vault. Safe for use from any thread; any number of sessions, readers and one collection may run at once, here
 * and on other nodes. Nothing in it depends on what is cached locally.
 *
 * <p>Where a method needs the reader keys and the vault was opened with writer keys, it throws {@code PERMISSION}.
 */
@ProviderType
public interface Vault extends AutoCloseable {

    /** What it is and whose. */
    VaultIdentity identity();

    /**
     * Starts a backup of one instance. Announces the session on the destination (a lease), which protects what it reuses
     * from collection until it ends.
     *
     * @throws PluginException {@code UNAVAILABLE}, {@code QUOTA}, ...: nothing was started; {@code UNAVAILABLE} also while the session before still
     *     works in the staging directory
     */
    WriteSession begin(SessionRequest request, TransferContext context) throws PluginException;

    /**
     * All backups, newest last for each instance, read from the destination alone. With writer keys the instance ids are
     * missing. Damaged manifests are left out here and found by {@link #verify}.
     */
    List<BackupSummary> backups(TransferContext context) throws PluginException;

    /** The backups of one instance, newest last. Works with writer keys. */
    List<BackupSummary> backups(String instanceId, TransferContext context) throws PluginException;

    /** The newest backup of an instance: what the next one builds on. Works with writer keys. */
    Optional<BackupSummary> latest(String instanceId, TransferContext context) throws PluginException;

    /**
     * Opens a backup for browsing, random access and restore. Needs the reader keys.
     *
     * @throws PluginException {@code NOT_FOUND}; {@code CORRUPT_DATA} if the manifest is damaged
     */
    BackupReader read(BackupId backup, TransferContext context) throws PluginException;

    /**
     * The metadata document of that name of several backups, as {@link BackupReader#documents} of each gives it, for less: the index is
     * read once, and several backups are read at a time. Needs the reader keys.
     *
     * @return by backup; without those that are not there, have no such document, or have one that is damaged
     */
    Map<BackupId, byte[]> documents(String name, Collection<BackupId> backups, TransferContext context)
            throws PluginException;

    /**
     * Forgets backups. They are gone from every list at once; their space is freed by {@link #collect}. What is not there
     * is ignored. Never affects another backup.
     *
     * @return how many were there
     * @throws PluginException {@code PERMISSION} if one of them is locked, see {@link #locked}: none was forgotten
     */
    int forget(Collection<BackupId> backups, TransferContext context) throws PluginException;

    /**
     * Copies a backup from another vault into this one. From one with the same keys, {@link VaultFactory#replicate a replica} or what it is
     * a replica of, it comes as it is: nothing is decrypted, and the writer keys are enough. From one with other keys, for which that must be
     * open with reader keys, it is read and written anew with the keys of this one: equal in all but the change token, which it does
     * not have; only what changed since a backup that both have is read, but for streams.
     *
     * <p>Sends only what this vault does not have. Collections may run on both sides meanwhile. After a failure, a cancellation or a kill
     * nothing new is listed; what has arrived is not sent again by the next call. A backup that is here already is looked after: what was
     * recorded as lost of it comes again.
     *
     * @param from where the backup is
     * @param progress gets the size of packs, and one item a pack; if it is written anew, logical bytes and files
     * @param reading accompanies what is read from the other vault
     * @param writing accompanies what goes to this one; its cancellation ends the copy
     * @throws PluginException {@code NOT_FOUND} without such a backup; {@code CORRUPT_DATA} if something that it needs is lost or damaged
     *     where it is: such a backup is not copied; {@code PERMISSION} if the vaults have different keys and the other one is open without reader keys; {@code CONFLICT} if both are the
     *     same vault, another copy works in the directory, or a collector took this one for dead: copy again
     */
    CopyReport copy(
            Vault from, CopyRequest request, Progress progress, TransferContext reading, TransferContext writing)
            throws PluginException;

    /**
     * Locks everything that a backup needs, or prolongs its locks, so that nobody can delete it. Never shortens a lock.
     *
     * @param immutableFor from now on, positive
     * @return until when it is locked at least
     * @throws PluginException {@code UNSUPPORTED} if the destination cannot lock objects; {@code NOT_FOUND}
     */
    Instant lock(BackupId backup, Duration immutableFor, TransferContext context) throws PluginException;

    /** Which of these backups are locked now, and until when: they cannot be forgotten before. */
    Map<BackupId, Instant> locked(Collection<BackupId> backups, TransferContext context) throws PluginException;

    /**
     * Frees the space of what no backup refers to. Never stops a writer, trusts no clock, and can be cancelled or killed
     * at any time: the next call goes on. Works with the writer keys and on a full destination. What is locked stays, and is counted.
     *
     * @throws PluginException {@code UNSUPPORTED} if the destination cannot delete, put exclusively and list reliably
     */
    CollectReport collect(CollectOptions options, Progress progress, TransferContext context) throws PluginException;

    /**
     * Reads packs and manifests again and compares them with what was written. What is lost or damaged is recorded on the
     * destination: from then on new backups do not rely on it, and so heal it where the source still has it.
     */
    VerifyReport verify(VerifyScope scope, Progress progress, TransferContext context) throws PluginException;

    /**
     * Which backups are concerned by recorded losses, and which are whole again. Reads no content; names paths if opened
     * with reader keys.
     */
    List<BackupHealth> health(TransferContext context) throws PluginException;

    /** Ends what runs here. Open sessions are aborted, readers fail. The destination stays open. */
    @Override
    void close();
}
