package io.holdfast.spi.context;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The log of one task, readable while it runs. Provided by the core. Lines are for administrators: no secrets, no
 * stack traces, a handful of lines a task rather than one a file. Control characters are escaped by the core.
 */
@ProviderType
public interface TaskLog {

    /** Something that an administrator wants to know. */
    void info(String message);

    /** Something that went wrong and that the task got over; the task ends with warnings. */
    void warn(String message);
}
