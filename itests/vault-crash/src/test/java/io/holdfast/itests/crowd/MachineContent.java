package io.holdfast.itests.crowd;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a machine holds in a round, made as it is read: what all machines have, what the round brings to all of them, and what is its own.
 * Half of it can be compressed.
 */
final class MachineContent extends InputStream {

    private static final int BLOCK = 1024;
    private static final int COMMON = 2048;
    private static final int UPDATE = 16;
    private static final int OWN = 4096;

    private final int machine;
    private final int round;
    private final byte[] block = new byte[BLOCK];
    private int number;
    private int at = BLOCK;

    MachineContent(int machine, int round) {
        this.machine = machine;
        this.round = round;
    }

    private long seed() {
        if (number < COMMON) {
            return 1;
        }
        return number < COMMON + UPDATE ? 1_000 + round : 1_000_000L + machine * 1_000L + round;
    }

    private boolean next() {
        if (number == COMMON + UPDATE + OWN) {
            return false;
        }
        byte[] noise = new byte[BLOCK / 2];
        new SplittableRandom(seed() << 32 | number).nextBytes(noise);
        System.arraycopy(noise, 0, block, 0, noise.length);
        number++;
        at = 0;
        return true;
    }

    @Override
    public int read() {
        return at < BLOCK || next() ? block[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (at == BLOCK && !next()) {
            return -1;
        }
        int n = Math.min(length, BLOCK - at);
        System.arraycopy(block, at, target, offset, n);
        at += n;
        return n;
    }

    /** Whether a stream has exactly this content. */
    static boolean same(InputStream one, InputStream other) throws IOException {
        byte[] a = new byte[1 << 16];
        byte[] b = new byte[1 << 16];
        while (true) {
            int n = one.readNBytes(a, 0, a.length);
            int m = other.readNBytes(b, 0, b.length);
            if (n != m || !Arrays.equals(a, 0, n, b, 0, m)) {
                return false;
            }
            if (n == 0) {
                return true;
            }
        }
    }
}
