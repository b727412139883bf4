package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.context.TaskContext;

/**
 * What everything in one restore shares.
 *
 * @param kernel reads
 * @param changes writes
 * @param options the choices
 * @param attributes sets attributes
 * @param names temporary names
 * @param notes what could not be done
 * @param context the task
 */
record Restore(
        Kernel kernel,
        KernelChanges changes,
        RestoreOptions options,
        AttributeWriter attributes,
        TemporaryNames names,
        RestoreNotes notes,
        TaskContext context) {}
