package io.holdfast.testkit.fault;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Has one wrong bit, or ends too early. */
final class DistortedStream extends FilterInputStream {

    private final long victim;
    private final int bit;
    private final long end;
    private long position;

    /**
     * @param victim the byte with the wrong bit, negative for none
     * @param bit which one
     * @param end where the stream ends if it does not end before
     */
    DistortedStream(InputStream in, long victim, int bit, long end) {
        super(in);
        this.victim = victim;
        this.bit = bit;
        this.end = end;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (position >= end) {
            return -1;
        }
        int n = super.read(target, offset, (int) Math.min(length, end - position));
        if (victim >= position && victim < position + n) {
            target[offset + (int) (victim - position)] ^= (byte) (1 << bit);
        }
        position += Math.max(0, n);
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
