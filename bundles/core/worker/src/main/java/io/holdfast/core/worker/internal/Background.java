package io.holdfast.core.worker.internal;

import com.sun.jna.Native;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that has the processors when nobody else wants them: a thread of its own with the lowest priority (a nice value of 19), which the
 * threads that it starts have, too. Linux lets every user lower a priority, and nobody raise it again, hence the thread. Elsewhere the
 * priority stays as it is. What runs like this must not hold a lock for long that others wait for.
 */
final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    /** Linux: {@code include/uapi/linux/resource.h}; the process 0 is the calling thread. */
    private static final int PRIO_PROCESS = 0;

    private static final int LOWEST = 19;
    /** How long the caller waits for work that was interrupted, as {@code Batch} of the vault does. */
    private static final long STOP_MILLIS = 10_000;

    private Background() {}

    /** What is done. */
    interface Work<T> {
        T run() throws PluginException;
    }

    /** The C library. */
    private static final class LibC {
        static {
            Native.register("c");
        }

        static native int setpriority(int which, int who, int priority);
    }

    /**
     * Does the work in a thread of that name and waits for its end.
     *
     * @throws PluginException what the work has thrown; {@code CANCELLED} if the caller is interrupted, which interrupts the work
     */
    static <T> T run(String name, Work<T> work) throws PluginException {
        FutureTask<T> task = new FutureTask<>(() -> {
            lower();
            return work.run();
        });
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            stop(thread);
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while " + name + " was at work", e);
        }
    }

    private static void lower() {
        try {
            if (LibC.setpriority(PRIO_PROCESS, 0, LOWEST) != 0) {
                LOG.debug("The priority of {} stays", Thread.currentThread().getName());
            }
        } catch (LinkageError e) {
            LOG.debug("The priority of {} stays", Thread.currentThread().getName(), e);
        }
    }

    private static PluginException failure(@Nullable Throwable e) {
        if (e instanceof PluginException known) {
            return known;
        }
        if (e instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new PluginException(ErrorKind.INTERNAL, "work in the background failed: " + e, e);
    }

    private static void stop(Thread thread) {
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is being stopped already
        }
    }
}
