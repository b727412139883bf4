package io.holdfast.itests.crowd;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks often at what every thread waits for, and remembers the longest wait for a lock and, after garbage collections
 * of its own, the largest heap. */
final class LockWatch implements AutoCloseable {

    private static final long EVERY_MILLIS = 20;
    private static final int ROUNDS_A_COLLECTION = 50;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<Long, Wait> waits = new HashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "lock-watch");
    private volatile long longestNanos;
    private volatile long busiestNanos;
    private long last = System.nanoTime();
    private volatile String where = "nowhere";
    private volatile long heap;

    private record Wait(long number, long nanos, long idle) {}

    LockWatch() {
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        int rounds = 0;
        try {
            while (!end.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                Map<Long, ThreadInfo> all = new HashMap<>();
                for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
                    if (info != null) {
                        all.put(info.getThreadId(), info);
                    }
                }
                all.values().forEach(info -> look(info, all, now - last));
                last = now;
                if (++rounds % ROUNDS_A_COLLECTION == 0) {
                    System.gc();
                    heap = Math.max(
                            heap,
                            ManagementFactory.getMemoryMXBean()
                                    .getHeapMemoryUsage()
                                    .getUsed());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(ThreadInfo info, Map<Long, ThreadInfo> all, long passed) {
        boolean monitor = info.getThreadState() == Thread.State.BLOCKED;
        boolean lock = info.getLockInfo() != null
                && info.getLockInfo().getClassName().contains("ReentrantLock$")
                && info.getThreadState() == Thread.State.WAITING;
        if (!monitor && !lock) {
            waits.remove(info.getThreadId());
            return;
        }
        long number = info.getBlockedCount() + info.getWaitedCount();
        Wait before = waits.get(info.getThreadId());
        if (before == null || before.number() != number) {
            waits.put(info.getThreadId(), new Wait(number, 0, 0));
            return;
        }
        ThreadInfo owner = all.get(info.getLockOwnerId());
        boolean working = owner == null || owner.getThreadState() == Thread.State.RUNNABLE;
        Wait wait = new Wait(number, before.nanos() + passed, before.idle() + (working ? 0 : passed));
        waits.put(info.getThreadId(), wait);
        busiestNanos = Math.max(busiestNanos, wait.nanos());
        if (wait.idle() > longestNanos) {
            longestNanos = wait.idle();
            where = info.getThreadName() + " for " + info.getLockName() + " of " + info.getLockOwnerName();
        }
    }

    /** The longest wait whose owner worked meanwhile, or would have, had there been a processor for it. */
    long busiestMillis() {
        return busiestNanos / 1_000_000;
    }

    /** The longest time in which somebody waited for a lock whose owner waited too. */
    long longestMillis() {
        return longestNanos / 1_000_000;
    }

    String where() {
        return where;
    }

    long heapMebibytes() {
        return heap >> 20;
    }

    @Override
    public void close() throws InterruptedException {
        end.countDown();
        thread.join();
    }
}
