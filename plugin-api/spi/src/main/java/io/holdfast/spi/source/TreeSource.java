package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ConsumerType;

/** A tree of files with attributes. Implemented by plugins. */
@ConsumerType
public non-sealed interface TreeSource extends Source {

    /** Starts a walk. The core walks once a session. */
    TreeWalk walk(SourceProblems problems) throws PluginException;

    /**
     * Opens the content of a file that the walk has returned; several files are open at once, from several threads.
     *
     * @throws PluginException {@code NOT_FOUND} if it vanished, {@code PERMISSION} if it cannot be read: the entry is
     *     left out and reported; any other kind fails the task
     */
    FileContent open(TreeEntry entry) throws PluginException;
}
