package io.holdfast.transport.ssh.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Ends a connection whose sending makes no progress: a peer that stands still while its buffers are full would otherwise be waited
 * for until the operating system's limit, and the questions whether it lives would wait behind. Its thread ends with the
 * connection.
 */
final class StallGuard {

    private final String what;
    private final long limitNanos;
    private final BooleanSupplier ended;
    private final Runnable end;
    private volatile boolean writing;
    private volatile long since;
    private volatile boolean stalled;

    /**
     * @param what for the name of the thread and for messages
     * @param limitMillis how long one write may last
     * @param ended whether the connection has ended
     * @param end ends it, so that the write fails
     */
    StallGuard(String what, long limitMillis, BooleanSupplier ended, Runnable end) {
        this.what = what;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
        this.ended = ended;
        this.end = end;
    }

    /** The stream to write to from now on. */
    OutputStream guard(OutputStream out) {
        Thread thread = new Thread(this::watch, "ssh-stall-guard-" + what);
        thread.setDaemon(true);
        thread.start();
        return new Guarded(out);
    }

    private void watch() {
        while (!ended.getAsBoolean()) {
            LockSupport.parkNanos(limitNanos / 8);
            if (writing && System.nanoTime() - since > limitNanos) {
                stalled = true;
                end.run();
                return;
            }
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    private final class Guarded extends OutputStream {

        private final OutputStream out;

        Guarded(OutputStream out) {
            this.out = out;
        }

        private void timed(Write write) throws IOException {
            since = System.nanoTime();
            writing = true;
            try {
                write.run();
            } catch (IOException e) {
                throw stalled
                        ? new IOException(
                                what + " took nothing for " + TimeUnit.NANOSECONDS.toSeconds(limitNanos)
                                        + " s; the connection was ended",
                                e)
                        : e;
            } finally {
                writing = false;
            }
        }

        @Override
        public void write(int b) throws IOException {
            timed(() -> out.write(b));
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            timed(() -> out.write(bytes, at, length));
        }

        @Override
        public void flush() throws IOException {
            timed(out::flush);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
