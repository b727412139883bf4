package io.holdfast.core.vault.internal.store;

import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Many small requests, several at a time, so that a distant destination costs its latency seldom. */
public final class Batch {

    /** Small requests under way for each transfer that a session may have. */
    private static final int A_TRANSFER = 4;
    /** So few are sent one after the other. */
    private static final int FEW = 4;
    /** A destination that does not listen to interruptions must not hold the caller for ever. */
    private static final long SECONDS_TO_STOP = 10;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    private Batch() {}

    /** What is asked for one item. */
    public interface Work {
        /** Called once an item, from any thread. */
        void run(int item) throws PluginException;
    }

    /**
     * Does the work for the items 0 to {@code count - 1}, in any order. With one transfer at a time, also these requests come one after the
     * other. Returns when all are done.
     *
     * @param name of the threads, which end with this call
     * @throws PluginException the first failure; what had not begun then is left out. {@code CANCELLED} if the caller is interrupted: what is
     *     under way is interrupted, too
     */
    public static void run(VaultRuntime runtime, String name, int count, Work work) throws PluginException {
        int wanted = runtime.transfers() < 2 || count <= FEW ? 1 : Math.min(count, A_TRANSFER * runtime.transfers());
        run(wanted, name, count, work);
    }

    /** The same with so many threads, the calling one included, for work that is not small. */
    public static void run(int wanted, String name, int count, Work work) throws PluginException {
        Batch batch = new Batch();
        for (int i = 1; i < wanted; i++) {
            Thread thread = new Thread(() -> batch.loop(count, work), "holdfast-vault-" + name + "-" + i);
            thread.setDaemon(true);
            thread.start();
            batch.threads.add(thread);
        }
        batch.loop(count, work);
        batch.join();
    }

    private void loop(int count, Work work) {
        try {
            for (int item = next.getAndIncrement(); item < count && failure == null; item = next.getAndIncrement()) {
                work.run(item);
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private synchronized void failed(Throwable e) {
        failure = failure == null ? e : failure;
    }

    private void join() throws PluginException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            stop(e);
        }
        Throwable first = failure;
        if (first instanceof PluginException known) {
            throw known;
        }
        if (first instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        if (first instanceof Error error) {
            throw error;
        }
    }

    /** Lets no further item begin, interrupts those under way, and waits a moment for them. */
    private void stop(InterruptedException interruption) throws PluginException {
        PluginException cancelled = new PluginException(ErrorKind.CANCELLED, "Interrupted.", interruption);
        failed(cancelled);
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_STOP);
        for (Thread thread : threads) {
            awaitEnd(thread, end);
        }
        Thread.currentThread().interrupt();
        throw cancelled;
    }

    private static void awaitEnd(Thread thread, long end) {
        for (long left = end - System.nanoTime(); thread.isAlive() && left > 0; left = end - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
            } catch (InterruptedException e) {
                // they are being stopped already; the caller is told of the first interruption
            }
        }
    }
}
