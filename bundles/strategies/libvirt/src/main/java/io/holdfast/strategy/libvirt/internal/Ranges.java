package io.holdfast.strategy.libvirt.internal;

import java.util.Map;
import java.util.TreeMap;

/** A set of ranges of a disk; those that touch become one. Safe for use from any thread. */
final class Ranges {

    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /** Adds a range. */
    synchronized void add(long start, long end) {
        long from = start;
        long to = end;
        Map.Entry<Long, Long> before = ends.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ends.ceilingEntry(from);
                next != null && next.getKey() <= to;
                next = ends.ceilingEntry(from)) {
            to = Math.max(to, next.getValue());
            ends.remove(next.getKey());
        }
        ends.put(from, to);
    }

    /** The first position from there on that is in no range; at most the limit. */
    synchronized long nextGap(long from, long limit) {
        Map.Entry<Long, Long> before = ends.floorEntry(from);
        return Math.min(limit, before == null ? from : Math.max(from, before.getValue()));
    }

    /** The first position from there on that is in a range; the limit if there is none before it. */
    synchronized long nextRange(long from, long limit) {
        Long next = ends.ceilingKey(from);
        return next == null ? limit : Math.min(limit, next);
    }
}
