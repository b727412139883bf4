package io.holdfast.core.vault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One backup, open for reading. Safe for use from any thread. Every byte that it gives is authenticated; what was lost
 * throws {@code CORRUPT_DATA} or {@code NOT_FOUND}, naming it, and leaves the rest readable.
 *
 * <p>The context that the backup was opened with is used for all reads that have none of their own.
 */
@ProviderType
public interface BackupReader extends AutoCloseable {

    /** Which backup. */
    BackupSummary summary();

    /** Its sources, in the order of the export. */
    List<SourceInfo> sources();

    /** The metadata documents by name. */
    Map<String, byte[]> documents() throws PluginException;

    /** What could not be read when the backup was made. At most 10,000 are kept; the statistics have the true number. */
    List<Problem> problems();

    /** Opens a disk, or a stream, for random access without restoring it; holes are reported by {@code extents}. */
    RandomReadable openDisk(String source) throws PluginException;

    /** Opens the content of a file of a tree for random access. */
    RandomReadable openFile(String source, EntryPath path) throws PluginException;

    /** Opens the content of an item. */
    InputStream openItem(String source, String itemId) throws PluginException;

    /** Opens a stream. */
    InputStream openStream(String source) throws PluginException;

    /** One entry of a tree, without reading more than a block of its listing. */
    Optional<TreeEntry> entry(String source, EntryPath path) throws PluginException;

    /**
     * The entries directly in a directory of a tree, by name.
     *
     * @param after the last name of the page before; null for the first page
     * @param limit at most so many, 1 to 10,000
     */
    List<TreeEntry> browse(String source, EntryPath directory, @Nullable EntryPath after, int limit)
            throws PluginException;

    /**
     * Items by id.
     *
     * @param after the last id of the page before; null for the first page
     * @param limit at most so many, 1 to 10,000
     */
    List<ItemChange> items(String source, @Nullable String after, int limit) throws PluginException;

    /** Writes a whole disk into a target, in parallel and out of order; holes are not written. Completes the target. */
    RestoreReport restoreDisk(String source, DiskTarget target, Progress progress, TransferContext context)
            throws PluginException;

    /**
     * Writes a tree or parts of it into a target and completes it.
     *
     * @param roots what to restore, with everything below; empty for all. Directories above come along
     */
    RestoreReport restoreTree(
            String source, List<EntryPath> roots, TreeTarget target, Progress progress, TransferContext context)
            throws PluginException;

    /** Writes a stream into a target, in order, and completes it. */
    RestoreReport restoreStream(String source, StreamTarget target, Progress progress, TransferContext context)
            throws PluginException;

    /** Writes the chosen items into a target and completes it. */
    RestoreReport restoreItems(
            String source, Predicate<ItemChange> chosen, ItemTarget target, Progress progress, TransferContext context)
            throws PluginException;

    @Override
    void close();
}
