package io.holdfast.core.vault.internal.read;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Threads of one restore, which end with it; without any, the calling one does the work. The first failure ends all work. */
final class Threads implements AutoCloseable {

    /** A piece of work. */
    interface Task {
        void run() throws PluginException;
    }

    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Throwable failure;
    private int pending;
    private boolean closed;

    Threads(int count, String name) {
        for (int i = 1; i <= count; i++) {
            Thread thread = new Thread(this::loop, name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void loop() {
        while (true) {
            Task task;
            synchronized (this) {
                while (tasks.isEmpty() && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                task = tasks.poll();
                if (task == null) {
                    return;
                }
            }
            execute(task);
        }
    }

    private void execute(Task task) {
        Throwable thrown = null;
        try {
            task.run();
        } catch (Throwable e) {
            thrown = e;
        }
        synchronized (this) {
            if (thrown != null && failure == null) {
                failure = thrown;
            }
            pending--;
            notifyAll();
        }
    }

    /** Hands work over. */
    void run(Task task) {
        synchronized (this) {
            pending++;
            if (!threads.isEmpty()) {
                tasks.add(task);
                notifyAll();
                return;
            }
        }
        execute(task);
    }

    /** Throws what went wrong. */
    synchronized void check() throws PluginException {
        if (failure instanceof PluginException known) {
            throw known;
        }
        if (failure != null) {
            throw new PluginException(ErrorKind.INTERNAL, "The restore failed: " + failure, failure);
        }
    }

    /** Waits until all work is done. */
    void await(Cancellation cancellation) throws PluginException {
        while (true) {
            cancellation.throwIfCancelled();
            check();
            synchronized (this) {
                if (pending == 0) {
                    return;
                }
                try {
                    wait(200);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            tasks.clear();
            notifyAll();
        }
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
