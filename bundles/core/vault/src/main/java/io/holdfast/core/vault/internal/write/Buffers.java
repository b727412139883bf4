package io.holdfast.core.vault.internal.write;

import java.util.ArrayDeque;

/** Arrays of one size that are used again. */
final class Buffers {

    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private final int size;

    Buffers(int size) {
        this.size = size;
    }

    byte[] take() {
        synchronized (free) {
            byte[] buffer = free.poll();
            if (buffer != null) {
                return buffer;
            }
        }
        return new byte[size];
    }

    void give(byte[] buffer) {
        synchronized (free) {
            free.push(buffer);
        }
    }
}
