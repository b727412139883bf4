package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for a workflow and shows how far it is. */
final class WorkflowWatch {

    private static final long FIRST_WAIT_MILLIS = 30;
    private static final long LONGEST_WAIT_MILLIS = 400;

    private final ApplianceClient client;
    private final Terminal terminal;

    WorkflowWatch(ApplianceClient client, Terminal terminal) {
        this.client = client;
        this.terminal = terminal;
    }

    /**
     * Waits until a workflow has ended.
     *
     * @return the workflow as the appliance shows it, finished with or without warnings
     * @throws CommandException if it failed or was cancelled
     */
    JsonNode await(JsonNode workflow, String what) {
        return awaitTask(workflow, what, task -> false);
    }

    /** As {@link #await}, or until one of its tasks has come so far. */
    JsonNode awaitTask(JsonNode workflow, String what, Predicate<JsonNode> wanted) {
        String id = workflow.path("id").asText();
        long start = System.nanoTime();
        while (true) {
            JsonNode current = client.get("workflows/" + id);
            String state = current.path("state").asText();
            switch (state) {
                case "FINISHED", "FINISHED_WITH_WARNINGS" -> {
                    return current;
                }
                case "FAILED", "CANCELLED" ->
                    throw new CommandException(
                            ExitCode.FAILED,
                            what + " " + state.toLowerCase(java.util.Locale.ROOT) + ": "
                                    + current.path("message").asText("no reason given") + " (workflow " + id + ")");
                default -> {
                    for (JsonNode task : current.path("tasks")) {
                        if (wanted.test(task)) {
                            return current;
                        }
                    }
                    show(what, current, System.nanoTime() - start);
                }
            }
            pause(pauseAfter(System.nanoTime() - start));
        }
    }

    /** A twentieth of the time that it has taken so far, so that the end is not noticed much too late. */
    private static long pauseAfter(long nanos) {
        return Math.max(FIRST_WAIT_MILLIS, Math.min(LONGEST_WAIT_MILLIS, TimeUnit.NANOSECONDS.toMillis(nanos) / 20));
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    private void show(String what, JsonNode workflow, long nanos) {
        long done = 0;
        long expected = 0;
        String step = workflow.path("state").asText().equals("QUEUED") ? "Waiting for a node" : "";
        for (JsonNode task : workflow.path("tasks")) {
            JsonNode progress = task.path("progress");
            if (progress.path("doneBytes").asLong() >= done
                    && task.path("state").asText().equals("RUNNING")) {
                done = progress.path("doneBytes").asLong();
                expected = progress.path("expectedBytes").asLong();
                step = progress.path("step").asText(step);
            }
        }
        long perSecond = nanos > 0 ? (long) (done * 1e9 / nanos) : 0;
        ObjectNode message = ApplianceClient.object();
        message.put("workflow", workflow.path("id").asText());
        message.put("step", step);
        message.put("bytes_done", done);
        message.put("total_bytes", expected);
        message.put("bytes_per_second", perSecond);
        terminal.progress(text(what, step, done, expected, perSecond), message);
    }

    private static String text(String what, String step, long done, long expected, long perSecond) {
        StringBuilder text = new StringBuilder(what).append(": ");
        if (done == 0) {
            return text.append(step.isEmpty() ? "Under way" : step).toString();
        }
        text.append(Sizes.bytes(done));
        if (expected > done) {
            text.append(" of ").append(Sizes.bytes(expected));
        }
        text.append(", ").append(Sizes.bytes(perSecond)).append("/s");
        if (expected > done && perSecond > 0) {
            text.append(", about ")
                    .append(Sizes.duration((expected - done) * 1000 / perSecond))
                    .append(" left");
        }
        return text.append("  ").append(step).toString();
    }
}
