package io.holdfast.transport.nbd.internal.client;

import java.util.Map;
import java.util.TreeMap;

/** Which bytes of a request were answered: each exactly once. */
final class Coverage {

    private final int length;
    private final TreeMap<Integer, Integer> covered = new TreeMap<>();

    Coverage(int length) {
        this.length = length;
    }

    /** Notes a part; refuses one that lies outside or was answered before. */
    void add(long start, long count) throws Violation {
        if (start < 0 || count <= 0 || start > length || count > length - start) {
            throw new Violation("an answer outside of what was asked for");
        }
        int from = (int) start;
        int to = (int) (start + count);
        Map.Entry<Integer, Integer> before = covered.floorEntry(from);
        Map.Entry<Integer, Integer> after = covered.ceilingEntry(from);
        if ((before != null && before.getValue() > from) || (after != null && after.getKey() < to)) {
            throw new Violation("the same bytes answered twice");
        }
        if (before != null && before.getValue() == from) {
            from = before.getKey();
        }
        if (after != null && after.getKey() == to) {
            to = covered.remove(after.getKey());
        }
        covered.put(from, to);
    }

    boolean complete() {
        return length == 0 || Integer.valueOf(length).equals(covered.get(0));
    }
}
