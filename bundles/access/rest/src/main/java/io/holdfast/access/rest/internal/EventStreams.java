package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.Json;
import io.holdfast.access.model.TaskDto;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.security.Account;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.ws.rs.sse.OutboundSseEvent;
import javax.ws.rs.sse.Sse;
import javax.ws.rs.sse.SseEventSink;
import org.jspecify.annotations.Nullable;

/**
 * Sends news to whoever listens. One thread keeps the streams alive and ends those of users who may not listen any more;
 * it ends with {@link #close}, and so do all streams.
 */
final class EventStreams implements AutoCloseable {

    private final CoreServices core;
    private final Json json;
    private final int maxStreams;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private final ScheduledExecutorService keeper;

    /**
     * Somebody who wants news.
     *
     * @param principal who
     * @param workflowId only about this one; null for all
     * @param returning whether the stream was cut and news may have been missed
     */
    record Listener(Principal principal, @Nullable String workflowId, boolean returning, SseEventSink sink, Sse sse) {}

    EventStreams(CoreServices core, Json json, RestApplication.Settings settings) {
        this.core = core;
        this.json = json;
        this.maxStreams = settings.maxStreams();
        this.keeper = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "holdfast-rest-events");
            thread.setDaemon(true);
            return thread;
        });
        long millis = settings.keepAlive().toMillis();
        keeper.scheduleWithFixedDelay(this::keepAlive, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Begins to send news, until either side ends it. */
    void open(Listener listener) throws PluginException {
        if (streams.size() >= maxStreams) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "there are " + maxStreams + " listeners already; try again later");
        }
        Workflows workflows = core.workflows();
        Workflow first = null;
        if (listener.workflowId() != null) {
            first = Parameters.found(workflows.find(listener.workflowId()), "workflow", listener.workflowId());
        }
        Stream stream = new Stream(listener);
        streams.add(stream);
        stream.comment("listening");
        if (listener.returning()) {
            stream.send("missed", Map.of());
        }
        if (first != null) {
            stream.send("workflow", WorkflowDto.of(first, workflows.tasks(first.id())));
        }
        stream.subscribe(workflows);
    }

    private void keepAlive() {
        streams.forEach(stream -> {
            if (stream.mayListen()) {
                stream.comment("");
            } else {
                stream.close();
            }
        });
    }

    @Override
    public void close() {
        keeper.shutdownNow();
        streams.forEach(Stream::close);
    }

    /** One listener's stream. Closed as soon as it cannot take any more: the listener comes back and reads anew. */
    private final class Stream {

        private final Listener listener;
        private Workflows.@Nullable Subscription subscription;

        Stream(Listener listener) {
            this.listener = listener;
        }

        synchronized void subscribe(Workflows workflows) {
            if (!listener.sink().isClosed()) {
                subscription = workflows.subscribe(this::tell);
            }
        }

        private void tell(WorkflowEvent event) {
            Workflow workflow = event.workflow();
            Task task = event.task();
            if (event.kind() == WorkflowEvent.Kind.MISSED) {
                send("missed", Map.of());
            } else if (workflow == null || !wanted(workflow)) {
                return;
            } else if (event.kind() == WorkflowEvent.Kind.WORKFLOW) {
                send("workflow", WorkflowDto.of(workflow));
            } else if (event.kind() == WorkflowEvent.Kind.LOG && task != null) {
                send("log", Map.of("task", task.id()));
            } else if (task != null) {
                send("task", TaskDto.of(task, event.bytesPerSecond()));
            }
        }

        private boolean wanted(Workflow workflow) {
            return listener.workflowId() == null || listener.workflowId().equals(workflow.id());
        }

        void send(String name, Object data) {
            OutboundSseEvent.Builder event = listener.sse()
                    .newEventBuilder()
                    .id(Long.toString(ids.incrementAndGet()))
                    .name(name)
                    .data(String.class, json.text(data));
            send(event.build());
        }

        void comment(String text) {
            send(listener.sse().newEventBuilder().comment(text).build());
        }

        private void send(OutboundSseEvent event) {
            try {
                listener.sink().send(event).whenComplete((done, failure) -> {
                    if (failure != null) {
                        close();
                    }
                });
            } catch (IllegalStateException e) {
                close(); // the listener has gone
            }
        }

        boolean mayListen() {
            try {
                return !listener.sink().isClosed()
                        && core.accounts()
                                .find(listener.principal().name())
                                .map(Account::active)
                                .orElse(false);
            } catch (PluginException | CatalogException e) {
                return false;
            }
        }

        void close() {
            streams.remove(this);
            Workflows.Subscription ended;
            synchronized (this) {
                ended = subscription;
                subscription = null;
            }
            if (ended != null) {
                ended.close();
            }
            listener.sink().close();
        }
    }
}
