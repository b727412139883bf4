package io.holdfast.spi.context;

import java.nio.file.Path;
import java.time.Clock;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What accompanies one task of a strategy: an inventory, an export, an import. Provided by the core. New needs of
 * plugins are met here first, so that the interfaces that plugins implement stay as they are.
 *
 * <p>Log and journal serve for as long as a session that was opened with it is open, even if that outlives the task.
 */
@ProviderType
public interface TaskContext {

    /** Identifies the task; stable over retries of the same attempt's external names, at most 64 characters. */
    String taskId();

    /** Cancels the task. */
    Cancellation cancellation();

    /** Where progress is reported. */
    Progress progress();

    /** The log that administrators read beside the task. */
    TaskLog log();

    /** Where external side effects are written down before they happen. */
    SideEffectJournal journal();

    /** The only source of time. */
    Clock clock();

    /** An empty private directory that is deleted when the task has ended. */
    Path scratchDirectory();
}
