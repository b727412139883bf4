package io.holdfast.testkit.contract;

import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A put on another thread that stands still when half of its bytes were taken. */
final class PausedPut implements AutoCloseable {

    private final CountDownLatch halfDone = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final FutureTask<Boolean> task;

    private PausedPut(Destination destination, ObjectKey key, byte[] bytes) {
        this.task = new FutureTask<>(() -> {
            destination.put(key, new Paused(bytes), new TestTransfer());
            return true;
        });
    }

    /** Returns when half of the bytes were taken. */
    static PausedPut start(Destination destination, ObjectKey key, byte[] bytes) throws Exception {
        PausedPut put = new PausedPut(destination, key, bytes);
        Thread thread = new Thread(put.task, "testkit-paused-put");
        thread.setDaemon(true);
        thread.start();
        if (!put.halfDone.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the put did not read its content within 30 seconds");
        }
        return put;
    }

    /** Lets it go on and waits for its end. */
    void finish() throws Exception {
        goOn.countDown();
        task.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        goOn.countDown();
    }

    private final class Paused implements Content {
        private final byte[] bytes;

        Paused(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new PausedStream(bytes);
        }

        @Override
        public Optional<byte[]> sha256() {
            return Optional.empty();
        }

        @Override
        public Optional<Path> file() {
            return Optional.empty();
        }

        @Override
        public boolean consumable() {
            return false;
        }
    }

    private final class PausedStream extends InputStream {
        private final byte[] bytes;
        private int position;

        PausedStream(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (position == bytes.length) {
                return -1;
            }
            int half = bytes.length / 2;
            if (position >= half) {
                waitForGo();
            }
            int end = position < half ? half : bytes.length;
            int n = Math.min(length, end - position);
            System.arraycopy(bytes, position, target, offset, n);
            position += n;
            return n;
        }

        private void waitForGo() throws IOException {
            halfDone.countDown();
            try {
                if (!goOn.await(30, TimeUnit.SECONDS)) {
                    throw new IOException("the test did not go on");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
