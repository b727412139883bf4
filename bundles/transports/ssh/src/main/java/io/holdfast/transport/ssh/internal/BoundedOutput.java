package io.holdfast.transport.ssh.internal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Keeps the first bytes and remembers that there were more. Written by the connection's thread, read by others. */
final class BoundedOutput extends OutputStream {

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int limit;
    private boolean overrun;

    BoundedOutput(int limit) {
        this.limit = limit;
    }

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int room = Math.min(length, limit - kept.size());
        kept.write(bytes, offset, room);
        overrun |= room < length;
    }

    synchronized byte[] bytes() {
        return kept.toByteArray();
    }

    synchronized boolean overrun() {
        return overrun;
    }
}
