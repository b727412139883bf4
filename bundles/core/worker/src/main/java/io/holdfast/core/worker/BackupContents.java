package io.holdfast.core.worker;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Looks into backups without restoring them. An OSGi service, safe for use from any thread. The caller has checked that
 * the person may read the backup. Opened backups are kept open for some minutes, so that browsing is quick.
 */
@ProviderType
public interface BackupContents {

    /** The parts of a backup. {@code NOT_FOUND} if there is no such backup. */
    List<SourceInfo> sources(String backupId) throws PluginException;

    /**
     * One page of a directory.
     *
     * @param directory the directory, {@link EntryPath#ROOT} for the top
     * @param after list only names greater than this one; null for the start
     * @param limit how many at most, 1 to 1,000
     * @throws PluginException {@code NOT_FOUND} if there is no such source or directory; {@code UNSUPPORTED} if the
     *     source has no directories
     */
    List<Entry> list(String backupId, String source, EntryPath directory, byte @Nullable [] after, int limit)
            throws PluginException;

    /** One entry, empty if there is none of that path. */
    Optional<Entry> stat(String backupId, String source, EntryPath path) throws PluginException;

    /**
     * Reads a file, or, with {@link EntryPath#ROOT}, a disk or a stream.
     *
     * @param offset first byte
     * @param length how many at most; {@code Long.MAX_VALUE} for all
     * @return the bytes; closed by the caller; what is damaged throws an {@link java.io.IOException} with a
     *     {@link PluginException} as cause
     */
    InputStream read(String backupId, String source, EntryPath path, long offset, long length) throws PluginException;

    /**
     * What is missing or inconsistent in a partial backup.
     *
     * @param offset how many to pass over
     * @param limit how many at most, 1 to 1,000
     */
    List<Problem> problems(String backupId, long offset, int limit) throws PluginException;

    /**
     * A part of a backup.
     *
     * @param name its name
     * @param shape {@code disk}, {@code tree}, {@code stream} or {@code items}
     * @param logicalBytes its size as the source showed it
     * @param items how many files or objects it has; 1 for a disk or stream
     */
    record SourceInfo(String name, String shape, long logicalBytes, long items) {}

    /**
     * An entry of a tree.
     *
     * @param path where it is
     * @param kind what it is
     * @param attributes what is kept of it
     */
    record Entry(EntryPath path, EntryKind kind, EntryAttributes attributes) {}

    /**
     * Something that is missing in a backup, or was changing while it was read.
     *
     * @param source the part of the backup
     * @param path which entry
     * @param kind why
     * @param message for administrators
     */
    record Problem(String source, EntryPath path, ErrorKind kind, String message) {}
}
