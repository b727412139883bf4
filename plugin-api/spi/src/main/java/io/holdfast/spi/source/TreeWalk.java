package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/** One walk through a tree. Implemented by plugins, used by one thread. */
@ConsumerType
public interface TreeWalk extends AutoCloseable {

    /**
     * The next entry, in the order of {@link EntryPath}; null at the end. The root comes first. What cannot be read (a
     * directory without permission, something that vanished) is told to {@link SourceProblems} and left out.
     *
     * @throws PluginException if the walk as a whole cannot go on
     */
    @Nullable
    TreeEntry next() throws PluginException;

    @Override
    void close();
}
