package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.spi.PluginException;
import java.util.Map;

/** How one kind of task is done. */
interface Procedure {

    /**
     * Does it.
     *
     * @throws PluginException if it failed, or was stopped
     */
    Result run(RunningTask task, TaskInputs inputs) throws PluginException;

    /**
     * How it went, if it did not fail.
     *
     * @param end how the task ends
     * @param message for administrators
     * @param warnings whether there is something to look at
     * @param results values by name
     * @param secrets secret values by name
     */
    record Result(End end, String message, boolean warnings, Map<String, String> results, Map<String, String> secrets) {

        static Result done(String message) {
            return done(message, Map.of());
        }

        static Result done(String message, Map<String, String> results) {
            return new Result(End.FINISHED, message, false, results, Map.of());
        }

        static Result other(End end, String message) {
            return new Result(end, message, false, Map.of(), Map.of());
        }

        Result withWarnings(boolean value) {
            return new Result(end, message, value, results, secrets);
        }
    }
}
