package io.holdfast.spi.strategy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An instance being recreated. Implemented by plugins, which override what fits their sources. Life: the targets are
 * opened and completed, then {@link #complete}, then {@link #close}, which without {@code complete} removes what was
 * made so far. A tree that goes into an existing place may keep the files that are whole already, so that a second restore
 * goes on where the first ended.
 */
@ConsumerType
public interface ImportSession extends AutoCloseable {

    /**
     * Opens the target of a disk.
     *
     * @param name the source's name
     * @param size its size in bytes
     */
    default DiskTarget openDisk(String name, long size) throws PluginException {
        throw unsupported("disk", name);
    }

    /** Opens the target of a tree. */
    default TreeTarget openTree(String name) throws PluginException {
        throw unsupported("tree", name);
    }

    /** Opens the target of a stream. */
    default StreamTarget openStream(String name) throws PluginException {
        throw unsupported("stream", name);
    }

    /** Opens the target of items. */
    default ItemTarget openItems(String name) throws PluginException {
        throw unsupported("set of items", name);
    }

    private static PluginException unsupported(String shape, String name) {
        return new PluginException(
                ErrorKind.UNSUPPORTED, "this strategy cannot restore the " + shape + " '" + name + "'");
    }

    /**
     * All targets are complete: the instance is put together.
     *
     * @return what was made and where, in a sentence for administrators
     */
    String complete() throws PluginException;

    @Override
    void close();
}
