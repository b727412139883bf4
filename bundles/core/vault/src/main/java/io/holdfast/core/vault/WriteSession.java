package io.holdfast.core.vault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A backup being made.
 *
 * <p>Life: {@link #export} reads the sources into sealed packs in the staging directory; {@link #seal} says that the export
 * is complete; {@link #store} ships packs, index and manifest. {@code store} may be called by another thread as soon as the
 * session exists, and should be: staging is bounded, and a full staging directory holds {@code export} back until
 * {@code store} has made room. {@link #close} always, last.
 *
 * <p>The backup exists from the moment in which the manifest has arrived, that is, in which {@code store} returns. If
 * anything fails before, no backup is listed; packs that were sealed or shipped are used again by the next session of the
 * instance with the same staging directory, or, if that is lost, through the index segments that arrived.
 */
@ProviderType
public interface WriteSession extends AutoCloseable {

    /** What the backup will be called. */
    BackupId backup();

    /**
     * The backup on which this one builds; empty if none was requested, or if it is gone or was damaged. Without one, an
     * export must not report {@code UNCHANGED} extents or incomplete item feeds: ask before using a change token.
     */
    Optional<BackupSummary> previous();

    /**
     * Whether parts of the previous backup were lost, so that the change token should not be used: then a full read heals
     * the loss. A session that gets a change token nevertheless reads lost ranges of disks again by itself; only
     * incomplete item feeds cannot be healed that way.
     */
    boolean shouldReadFully();

    /**
     * Reads all sources. Called once. Returns when the last byte was read and sealed; the provider's snapshot can go.
     *
     * @param sources in the order in which they are listed
     * @param metadata documents besides the data, by name; at most 16 MiB in all
     * @param progress gets logical bytes and files as they are read or skipped
     * @param cancellation ends it within about a second, or when a source that is being asked has answered
     * @return what was read and what is missing; a backup with problems is partial, not failed
     * @throws PluginException what a source or the staging directory threw; {@code CONFLICT} if {@link #store} failed or
     *     the session was fenced meanwhile
     */
    ExportReport export(
            List<Source> sources, Map<String, byte[]> metadata, Progress progress, Cancellation cancellation)
            throws PluginException;

    /**
     * The export is complete. After that {@link #store} may commit.
     *
     * @param nextToken what the next export shall be given; must contain no secret
     */
    void seal(Optional<ChangeToken> nextToken) throws PluginException;

    /**
     * Ships packs as they are sealed, then, after {@link #seal}, the index segments and the manifest. Called once.
     *
     * @param progress gets stored bytes
     * @throws PluginException {@code CONFLICT} if a collector took the session for dead: start again; what the destination
     *     threw; {@code CANCELLED} also if the session was closed or its export failed
     */
    BackupSummary store(Progress progress, TransferContext context) throws PluginException;

    /**
     * Ends the session. Without a commit before it, the lease is given up as far as the destination can be reached. An export that is
     * still running ends as after a cancellation, and has the staging directory to itself until it has: a session that is to begin there
     * before is refused with {@code UNAVAILABLE}.
     */
    @Override
    void close();
}
