package io.holdfast.strategy.filesystem.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The names in one directory, sorted by their unsigned bytes, each once, handed out one after the other. They lie behind
 * one another in one array, since a directory may hold millions.
 */
final class DirectoryListing {

    private final byte[] bytes;
    private final int[] starts;
    private final int count;
    private int next;

    private DirectoryListing(byte[] bytes, int[] starts, int count) {
        this.bytes = bytes;
        this.starts = starts;
        this.count = count;
    }

    static DirectoryListing empty() {
        return new DirectoryListing(new byte[0], new int[0], 0);
    }

    boolean hasNext() {
        return next < count;
    }

    byte[] next() {
        int start = starts[next++];
        return Arrays.copyOfRange(bytes, start, end(bytes, start));
    }

    private static int end(byte[] bytes, int start) {
        int end = start;
        while (bytes[end] != 0) {
            end++;
        }
        return end;
    }

    private static int compare(byte[] bytes, int a, int b) {
        for (int i = 0; ; i++) {
            int x = bytes[a + i] & 0xff;
            int y = bytes[b + i] & 0xff;
            if (x != y || x == 0) {
                return x - y;
            }
        }
    }

    /** Takes names in the kernel's order. */
    static final class Builder {

        private byte[] bytes = new byte[1024];
        private int used;
        private int[] starts = new int[32];
        private int count;

        /** Takes the NUL-terminated name at this place of the memory; {@code .} and {@code ..} are left out. */
        void add(ByteBuffer memory, int at) {
            int length = 0;
            while (memory.get(at + length) != 0) {
                length++;
            }
            boolean dots = memory.get(at) == '.' && (length == 1 || length == 2 && memory.get(at + 1) == '.');
            if (dots || length == 0) {
                return;
            }
            if (used + length + 1 > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + length + 1));
            }
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = used;
            memory.get(at, bytes, used, length);
            used += length;
            bytes[used++] = 0;
        }

        DirectoryListing sorted() {
            int[] order = Arrays.copyOf(starts, count);
            sort(order, new int[count], 0, count);
            // a name that was moved while the directory was read can be listed twice
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (kept == 0 || compare(bytes, order[kept - 1], order[i]) != 0) {
                    order[kept++] = order[i];
                }
            }
            return new DirectoryListing(bytes, order, kept);
        }

        /** Merge sort; the JDK sorts no int array by a comparator. */
        private void sort(int[] a, int[] spare, int from, int to) {
            if (to - from < 2) {
                return;
            }
            int middle = (from + to) >>> 1;
            sort(a, spare, from, middle);
            sort(a, spare, middle, to);
            if (compare(bytes, a[middle - 1], a[middle]) <= 0) {
                return;
            }
            System.arraycopy(a, from, spare, from, middle - from);
            int left = from;
            int right = middle;
            int out = from;
            while (left < middle) {
                if (right == to || compare(bytes, spare[left], a[right]) <= 0) {
                    a[out++] = spare[left++];
                } else {
                    a[out++] = a[right++];
                }
            }
        }
    }
}
