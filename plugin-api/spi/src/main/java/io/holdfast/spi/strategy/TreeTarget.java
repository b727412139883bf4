package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.TreeEntry;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A tree being recreated. Implemented by plugins.
 *
 * <p>Entries come in the order of the walk: a directory before what is in it, a file before its further hard links.
 * {@link #add} and {@link #openFile} are called by one thread in that order; the returned file targets are written and
 * completed by others. Nothing may ever be created or changed outside of the target directory, whatever the entries
 * say and whatever symbolic links lie in the way.
 */
@ConsumerType
public interface TreeTarget extends AutoCloseable {

    /**
     * Creates a directory, link or special file. A directory gets its times and final permissions in {@link #complete}.
     * What exists is treated by the overwrite rule of the request.
     *
     * @return whether it was created or replaced; false if it was left as it is by the overwrite rule
     * @throws PluginException {@code PERMISSION} or {@code UNSUPPORTED} for this one entry: reported, and the restore
     *     goes on; {@code QUOTA}, {@code UNAVAILABLE}, {@code INTERNAL} end the restore
     */
    boolean add(TreeEntry entry) throws PluginException;

    /**
     * Starts a file. It appears under its name, whole, when its target is completed.
     *
     * @return where to write; empty if the file is left as it is by the overwrite rule
     * @throws PluginException as {@link #add}
     */
    Optional<DiskTarget> openFile(TreeEntry entry) throws PluginException;

    /** Everything has come: directories get their final attributes. Called once. */
    void complete() throws PluginException;

    @Override
    void close();
}
