package io.holdfast.spi.source;

import io.holdfast.spi.ErrorKind;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes note of parts that could not be read, or not consistently: the backup becomes partial, with this list, instead
 * of failing. Provided by the core. May be called from any thread.
 */
@ProviderType
public interface SourceProblems {

    /**
     * Takes note of one part that is missing in the backup, or was changing while it was read.
     *
     * @param path which
     * @param kind why, such as {@code PERMISSION}, {@code NOT_FOUND} (vanished) or {@code CONFLICT} (changed)
     * @param message for administrators
     */
    void report(EntryPath path, ErrorKind kind, String message);
}
