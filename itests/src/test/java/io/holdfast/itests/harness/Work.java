package io.holdfast.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;

/**
 * A workflow as the REST interface shows it, at one moment.
 *
 * @param json the whole record
 * @param log the lines that its tasks have logged; asked for when something is not as it should be
 */
public record Work(JsonNode json, Supplier<String> log) {

    /** One of whose logs nothing is known. */
    public Work(JsonNode json) {
        this(json, () -> "");
    }

    public String id() {
        return json.path("id").asText();
    }

    public String state() {
        return json.path("state").asText();
    }

    public String message() {
        return json.path("message").asText();
    }

    public String errorKind() {
        return json.path("errorKind").asText();
    }

    public String backupId() {
        return json.path("backupId").asText();
    }

    public JsonNode tasks() {
        return json.path("tasks");
    }

    /** What its tasks reported under that name. */
    public String result(String name) {
        return json.path("result").path(name).asText();
    }

    public boolean ended() {
        return !state().equals("QUEUED") && !state().equals("RUNNING");
    }

    /** This workflow, which must have ended with nothing to complain about. */
    public Work finished() {
        return inState("FINISHED");
    }

    /** This workflow, which must be in that state. */
    public Work inState(String state) {
        if (!state().equals(state)) {
            throw new AssertionError("the workflow is " + state() + " instead of " + state + ": " + message() + "\n"
                    + json.toPrettyString() + "\n" + log.get());
        }
        return this;
    }

    /** This workflow, which must have failed for that reason. */
    public Work failedWith(String kind) {
        inState("FAILED");
        if (!errorKind().equals(kind)) {
            throw new AssertionError(
                    "it failed with " + errorKind() + " instead of " + kind + ": " + message() + "\n" + log.get());
        }
        return this;
    }
}
