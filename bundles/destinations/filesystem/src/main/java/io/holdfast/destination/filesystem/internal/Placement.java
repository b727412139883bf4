package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.destination.ObjectKey;

/** Weighted rendezvous hashing: of several paths, a key prefers each in proportion to its free space. */
final class Placement {

    private Placement() {}

    /**
     * @param number of the path
     * @param weight its free space; a path without any is never best
     * @return the path with the smallest score gets the object
     */
    static double score(ObjectKey key, int number, long weight) {
        long mixed = mix(key.value().hashCode() * 0x9E3779B97F4A7C15L + number);
        double uniform = ((mixed >>> 11) + 0.5) * 0x1.0p-53;
        return weight <= 0 ? Double.POSITIVE_INFINITY : -Math.log(uniform) / weight;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
