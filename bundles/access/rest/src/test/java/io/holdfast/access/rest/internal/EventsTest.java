package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.access.model.fakes.FakeWorkflows;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowRequest;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsTest {

    private RunningApplication running;
    private FakeWorkflows workflows;

    @BeforeEach
    void start() throws Exception {
        running = new RunningApplication();
        workflows = running.core.workflows;
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    /** What arrives, line by line, until either side ends it. */
    private final class Listening implements AutoCloseable {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final HttpResponse<InputStream> answer;
        final Thread reader;

        Listening(String path, String... headers) throws Exception {
            var request = running.request(path);
            if (headers.length > 0) {
                request.headers(headers);
            }
            answer = running.send(request, BodyHandlers.ofInputStream());
            reader = new Thread(this::read, "listening");
            reader.start();
        }

        private void read() {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                in.lines().forEach(lines::add);
            } catch (Exception e) {
                lines.add("END");
            }
        }

        @Override
        public void close() throws Exception {
            answer.body().close();
            reader.join(5_000);
        }
    }

    @Test
    void newsArriveAsTheyHappen() throws Exception {
        try (Listening listening = new Listening("events")) {
            assertThat(listening.answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            await().until(() -> !workflows.listeners.isEmpty());
            Workflow workflow = FakeWorkflows.workflow("w7", WorkflowState.RUNNING, "admin", "");
            workflows.listeners.get(0).accept(new WorkflowEvent(WorkflowEvent.Kind.WORKFLOW, workflow, null, 0));
            workflows
                    .listeners
                    .get(0)
                    .accept(new WorkflowEvent(WorkflowEvent.Kind.PROGRESS, workflow, FakeWorkflows.task("w7"), 77));
            await().until(() -> listening.lines.stream().anyMatch(l -> l.contains("\"bytesPerSecond\":77")));
            assertThat(listening.lines).contains("event: workflow", "event: task");
            assertThat(listening.lines).anyMatch(l -> l.startsWith("data: {\"id\":\"w7\""));
            await().until(() ->
                    listening.lines.stream().filter(l -> l.startsWith(":")).count() > 2);
        }
    }

    @Test
    void newsAboutOneWorkflowBeginWithItsPresentState() throws Exception {
        workflows.submit(new WorkflowRequest.Rebuild("d1"), Submission.by("admin"));
        try (Listening listening = new Listening("events?workflow=w1")) {
            await().until(() -> listening.lines.stream().anyMatch(l -> l.contains("\"id\":\"w1\"")));
            await().until(() -> !workflows.listeners.isEmpty());
            Workflow other = FakeWorkflows.workflow("w7", WorkflowState.RUNNING, "admin", "");
            workflows.listeners.get(0).accept(new WorkflowEvent(WorkflowEvent.Kind.WORKFLOW, other, null, 0));
            workflows.listeners.get(0).accept(new WorkflowEvent(WorkflowEvent.Kind.MISSED, null, null, 0));
            await().until(() -> listening.lines.contains("event: missed"));
            assertThat(listening.lines).noneMatch(l -> l.contains("\"id\":\"w7\""));
        }
    }

    @Test
    void whoComesBackIsToldThatNewsMayHaveBeenMissed() throws Exception {
        try (Listening listening = new Listening("events", "Last-Event-ID", "41")) {
            await().until(() -> listening.lines.contains("event: missed"));
        }
    }

    @Test
    void anUnknownWorkflowIs404() throws Exception {
        assertThat(running.get("events?workflow=none").statusCode()).isEqualTo(404);
    }

    @Test
    void tooManyListenersAre503AndPlacesBecomeFree() throws Exception {
        try (Listening one = new Listening("events");
                Listening two = new Listening("events")) {
            await().until(() -> workflows.listeners.size() == 2);
            assertThat(running.get("events").statusCode()).isEqualTo(503);
        }
        await().until(() -> workflows.listeners.isEmpty());
    }

    @Test
    void whoMayNotLogInAnyMoreHearsNothingMore() throws Exception {
        try (Listening listening = new Listening("events")) {
            await().until(() -> !workflows.listeners.isEmpty());
            running.core.accounts.setActive("admin", false);
            await().until(() -> workflows.listeners.isEmpty());
        }
    }
}
