package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one export. Work comes in two sizes: files, which make chunks, and chunks. Chunks go first; whoever
 * finds a queue full does the work himself, so nobody waits for anybody who waits.
 */
final class WorkPool implements AutoCloseable {

    /** A piece of work. */
    interface Task {
        void run(Worker worker) throws PluginException;
    }

    /** How long the end of an export waits for threads of this pool that a source does not answer; they end when it does. */
    private static final Duration LONGEST_END = Duration.ofSeconds(10);

    private final ArrayDeque<Task> files = new ArrayDeque<>();
    private final ArrayDeque<Task> chunks = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Worker own;
    private final Cancellation cancellation;
    private final int limit;
    private @Nullable Throwable failure;
    private int pending;
    private boolean closed;

    WorkPool(String name, int workers, KeyRing keys, int level, Cancellation cancellation) {
        this.cancellation = cancellation;
        this.limit = 2 * workers + 2;
        this.own = new Worker(keys, level);
        // The calling thread works too, so one thread less does the same.
        for (int i = 1; i <= workers; i++) {
            Thread thread = new Thread(() -> loop(new Worker(keys, level)), name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /** What the calling thread works with. */
    Worker own() {
        return own;
    }

    private void loop(Worker worker) {
        try (worker) {
            while (true) {
                Task task = take();
                if (task == null) {
                    return;
                }
                run(task, worker);
            }
        }
    }

    private synchronized @Nullable Task take() {
        while (true) {
            Task task = poll();
            if (task != null || closed) {
                return task;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
    }

    private synchronized @Nullable Task poll() {
        Task task = chunks.poll();
        return task != null ? task : files.poll();
    }

    private void run(Task task, Worker worker) {
        try {
            if (!failed()) {
                cancellation.throwIfCancelled();
                task.run(worker);
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            synchronized (this) {
                pending--;
                notifyAll();
            }
        }
    }

    private synchronized boolean failed() {
        return failure != null || closed;
    }

    /** Ends everything; the first failure is what the export throws. */
    synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        notifyAll();
    }

    /** Throws what made the export fail. */
    void check() throws PluginException {
        cancellation.throwIfCancelled();
        Throwable e;
        synchronized (this) {
            e = failure;
        }
        if (e instanceof PluginException known) {
            throw known;
        }
        if (e != null) {
            throw new PluginException(ErrorKind.INTERNAL, "The export failed: " + e, e);
        }
    }

    /** Hands a file over, helping while there are too many. Called by the calling thread of the export only. */
    void file(Task task) throws PluginException {
        while (true) {
            check();
            synchronized (this) {
                if (files.size() < limit) {
                    files.add(task);
                    pending++;
                    notifyAll();
                    return;
                }
            }
            help();
        }
    }

    /** Hands a chunk over, or does it at once if there are too many. Called by any thread of the export. */
    void chunk(Task task, Worker worker) throws PluginException {
        synchronized (this) {
            if (chunks.size() < limit && !closed) {
                chunks.add(task);
                pending++;
                notifyAll();
                return;
            }
        }
        check();
        task.run(worker);
    }

    /** Does one piece of work of others, or waits a moment if there is none. */
    void help() throws PluginException {
        check();
        Task task = poll();
        if (task != null) {
            run(task, own);
            return;
        }
        synchronized (this) {
            try {
                if (pending > 0 && failure == null) {
                    wait(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorKind.CANCELLED, "The export was interrupted.", e);
            }
        }
    }

    /** Works until nothing is left. */
    void drain() throws PluginException {
        while (true) {
            check();
            synchronized (this) {
                if (pending == 0) {
                    return;
                }
            }
            help();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            files.clear();
            chunks.clear();
            notifyAll();
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        own.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
