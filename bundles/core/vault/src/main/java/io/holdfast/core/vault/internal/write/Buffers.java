package io.holdfast.core.vault.internal.write;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** Arrays that are used again, in sizes that double; a few of each are kept. */
final class Buffers {

    private static final int SMALLEST = 64 << 10;
    private static final int KEPT = 3;

    private final Map<Integer, ArrayDeque<byte[]>> free = new HashMap<>();
    private final int largest;

    /** @param largest what {@link #take()} gives */
    Buffers(int largest) {
        this.largest = largest;
    }

    byte[] take() {
        return take(largest);
    }

    /** An array with room for so many bytes. */
    byte[] take(int length) {
        int size = SMALLEST;
        while (size < length) {
            size = size < largest && 2 * size > largest ? largest : 2 * size;
        }
        synchronized (free) {
            ArrayDeque<byte[]> some = free.get(size);
            byte[] buffer = some == null ? null : some.poll();
            if (buffer != null) {
                return buffer;
            }
        }
        return new byte[size];
    }

    void give(byte[] buffer) {
        synchronized (free) {
            ArrayDeque<byte[]> some = free.computeIfAbsent(buffer.length, size -> new ArrayDeque<>());
            if (some.size() < KEPT) {
                some.push(buffer);
            }
        }
    }
}
