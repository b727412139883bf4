package io.holdfast.core.dispatch.internal;

import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowEvent.Kind;
import io.holdfast.core.dispatch.Workflows.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands news to listeners on a thread of its own. Publishing never blocks; without listeners it costs nothing. */
final class EventHub {

    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
    private static final int QUEUE = 1_000;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService thread;

    /** @param thread delivers the news; owned by the caller */
    EventHub(ExecutorService thread) {
        this.thread = thread;
    }

    Subscription subscribe(Consumer<WorkflowEvent> target) {
        Listener listener = new Listener(target);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    boolean silent() {
        return listeners.isEmpty();
    }

    void publish(WorkflowEvent event) {
        for (Listener listener : listeners) {
            listener.offer(event);
        }
    }

    private final class Listener implements Runnable {

        private final Consumer<WorkflowEvent> target;
        private final Deque<WorkflowEvent> waiting = new ArrayDeque<>();
        private boolean scheduled;

        Listener(Consumer<WorkflowEvent> target) {
            this.target = target;
        }

        synchronized void offer(WorkflowEvent event) {
            WorkflowEvent last = waiting.peekLast();
            if (event.kind() == Kind.PROGRESS && last != null && sameProgress(last, event)) {
                waiting.removeLast(); // only the newest measure of a task is of interest
            }
            if (waiting.size() >= QUEUE) {
                waiting.clear();
                waiting.add(new WorkflowEvent(Kind.MISSED, null, null, 0));
            }
            waiting.add(event);
            if (!scheduled) {
                scheduled = true;
                try {
                    thread.execute(this);
                } catch (RejectedExecutionException e) {
                    waiting.clear(); // the dispatcher is stopping
                }
            }
        }

        private boolean sameProgress(WorkflowEvent a, WorkflowEvent b) {
            return a.kind() == b.kind()
                    && a.task() != null
                    && b.task() != null
                    && a.task().id().equals(b.task().id());
        }

        @Override
        public void run() {
            for (WorkflowEvent event = next(); event != null; event = next()) {
                try {
                    if (listeners.contains(this)) {
                        target.accept(event);
                    }
                } catch (RuntimeException e) {
                    LOG.warn("a listener to workflow news failed", e);
                }
            }
        }

        private synchronized @Nullable WorkflowEvent next() {
            WorkflowEvent event = waiting.poll();
            scheduled = event != null;
            return event;
        }
    }
}
