package io.holdfast.testkit.contract;

import io.holdfast.spi.destination.Content;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Does something when it is half read, and then gives its bytes so slowly that ignoring a cancellation shows. */
final class SlowContent implements Content {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SLOW_FOR_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final int length;
    private final Runnable atHalf;
    private volatile long halfAt;

    SlowContent(int length, Runnable atHalf) {
        this.length = length;
        this.atHalf = atHalf;
    }

    /** How long ago the half was reached. */
    Duration sinceHalf() {
        return halfAt == 0 ? Duration.ofDays(1) : Duration.ofNanos(System.nanoTime() - halfAt);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public InputStream open() {
        return new InputStream() {
            private int position;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int count) {
                if (position == length) {
                    return -1;
                }
                if (position >= length / 2) {
                    slowDown();
                }
                int n = Math.min(Math.min(count, 1 << 16), length - position);
                Arrays.fill(target, offset, offset + n, (byte) position);
                position += n;
                return n;
            }
        };
    }

    private void slowDown() {
        if (halfAt == 0) {
            halfAt = System.nanoTime();
            atHalf.run();
        } else if (System.nanoTime() - halfAt < SLOW_FOR_NANOS) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
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
