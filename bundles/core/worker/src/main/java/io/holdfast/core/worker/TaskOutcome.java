package io.holdfast.core.worker;

import io.holdfast.core.worker.TaskReport.LogLine;
import io.holdfast.core.worker.TaskReport.Measure;
import java.util.List;
import java.util.Map;

/**
 * How a task ended. {@link #toString} shows no secret.
 *
 * @param end how
 * @param errorKind name of the error kind if it failed; empty otherwise
 * @param message outcome for administrators; no secrets
 * @param warnings whether there is something to look at although it went well
 * @param results values by name, see {@link TaskParameters}; no secrets
 * @param secrets secret results by name, see the constants; sealed by the control plane
 * @param progress the last measure
 * @param log the last lines of the log
 */
public record TaskOutcome(
        End end,
        String errorKind,
        String message,
        boolean warnings,
        Map<String, String> results,
        Map<String, String> secrets,
        Measure progress,
        List<LogLine> log) {

    /** Secret result of {@link TaskKind#ATTACH}: what writers need, Base64 of the vault's encoding. */
    public static final String WRITER_KEYS = "writerKeys";

    /** Secret result of {@link TaskKind#ATTACH}: what readers need, Base64 of the vault's encoding. */
    public static final String READER_KEYS = "readerKeys";

    /** Secret result of {@link TaskKind#ATTACH}: the recovery key as people write it down; shown once. */
    public static final String RECOVERY_KEY = "recoveryKey";

    /** How a task ended. */
    public enum End {
        /** Done. */
        FINISHED,
        /** Failed; the dispatcher decides by the error kind whether it is tried again. */
        FAILED,
        /** Stopped because somebody wanted it. */
        CANCELLED,
        /** Not done through no fault of its own (the plugin left, the node stops): goes back to the queue. */
        RETURNED,
        /** What an earlier task prepared on the node is gone: the workflow starts over. */
        START_OVER
    }

    /** Copies the collections. */
    public TaskOutcome {
        results = Map.copyOf(results);
        secrets = Map.copyOf(secrets);
        log = List.copyOf(log);
    }

    @Override
    public String toString() {
        return "TaskOutcome[" + end + ", " + errorKind + ", " + message + ", results " + results + "]";
    }
}
