package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.codec.Id;
import java.util.Arrays;

/**
 * Ids that are to be looked up together: added in any order, then put in order, each once. What it costs does not depend on how the ids were
 * chosen. Not for several threads until it is sorted; then for any number of readers.
 */
final class IdBatch {

    private static final int LONGS = 4;
    private static final int FIRST = 1 << 10;
    /** The lowest bits of a key are the number of an id, the others its highest ones. */
    private static final int MAX_BITS = 23;

    private final int capacity;
    private long[] ids = new long[LONGS * FIRST];
    private int count;
    private int[] starts = new int[0];
    private int shift;

    /** @param capacity greatest number of ids, at most 2^23 */
    IdBatch(int capacity) {
        if (capacity < 1 || capacity > 1 << MAX_BITS) {
            throw new IllegalArgumentException("a batch of " + capacity + " ids");
        }
        this.capacity = capacity;
    }

    /** Adds an id; whether there is room for another one. */
    boolean add(Id id) {
        if (LONGS * count == ids.length) {
            ids = Arrays.copyOf(ids, (int) Math.min((long) LONGS * capacity, 2L * ids.length));
        }
        set(ids, count++, id.a(), id.b(), id.c(), id.d());
        return count < capacity;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** How many ids; after {@link #sort} different ones. */
    int size() {
        return count;
    }

    /** The id of that place in the order. */
    Id id(int n) {
        int at = LONGS * n;
        return new Id(ids[at], ids[at + 1], ids[at + 2], ids[at + 3]);
    }

    void clear() {
        count = 0;
    }

    /** Puts what was added in order and drops what is there twice. */
    void sort() {
        long numbers = (1L << MAX_BITS) - 1;
        long[] keys = new long[count];
        for (int n = 0; n < count; n++) {
            keys[n] = (ids[LONGS * n] ^ Long.MIN_VALUE) & ~numbers | n;
        }
        Arrays.sort(keys);
        long[] sorted = new long[ids.length];
        int kept = 0;
        int next;
        for (int from = 0; from < count; from = next) {
            next = from + 1;
            while (next < count && (keys[next] & ~numbers) == (keys[from] & ~numbers)) {
                next++;
            }
            kept = next == from + 1
                    ? copy((int) (keys[from] & numbers), sorted, kept)
                    : group(keys, from, next, sorted, kept);
        }
        ids = sorted;
        count = kept;
        direct();
    }

    private int copy(int from, long[] sorted, int kept) {
        System.arraycopy(ids, LONGS * from, sorted, LONGS * kept, LONGS);
        return kept + 1;
    }

    /** Ids that begin alike. */
    private int group(long[] keys, int from, int to, long[] sorted, int kept) {
        Id[] alike = new Id[to - from];
        for (int n = from; n < to; n++) {
            alike[n - from] = id((int) (keys[n] & (1L << MAX_BITS) - 1));
        }
        Arrays.sort(alike);
        int next = kept;
        for (int n = 0; n < alike.length; n++) {
            if (n == 0 || !alike[n].equals(alike[n - 1])) {
                set(sorted, next++, alike[n].a(), alike[n].b(), alike[n].c(), alike[n].d());
            }
        }
        return next;
    }

    private static void set(long[] in, int n, long a, long b, long c, long d) {
        in[LONGS * n] = a;
        in[LONGS * n + 1] = b;
        in[LONGS * n + 2] = c;
        in[LONGS * n + 3] = d;
    }

    /** Notes for the highest bits of ids where those begin. */
    private void direct() {
        int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(count));
        shift = Long.SIZE - bits;
        starts = new int[(1 << bits) + 1];
        int place = 0;
        for (int n = 0; n < count; n++) {
            int prefix = (int) (ids[LONGS * n] >>> shift);
            while (place <= prefix) {
                starts[place++] = n;
            }
        }
        Arrays.fill(starts, place, starts.length, count);
    }

    /** The place of an id in the order, or -1. */
    int find(long a, Rest rest, int entry) {
        int prefix = (int) (a >>> shift);
        int low = starts[prefix];
        int high = starts[prefix + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(ids[LONGS * middle], a);
            if (order == 0) {
                order = id(middle).compareTo(rest.idAt(entry));
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return -1;
    }

    /** Gives the whole id of which the beginning is known. */
    interface Rest {
        /** The id of an entry. */
        Id idAt(int entry);
    }
}
