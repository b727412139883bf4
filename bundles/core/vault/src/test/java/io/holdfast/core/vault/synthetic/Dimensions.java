package io.holdfast.core.vault.synthetic;

import io.holdfast.core.vault.internal.codec.Id;

/**
 * How large a synthetic vault is and where its chunks are: all of it follows from these numbers.
 *
 * @param chunks unique chunks, at least
 * @param backups in all
 * @param seed of ids and of what changes
 */
record Dimensions(long chunks, int backups, long seed) {

    /** Content of a chunk. */
    static final int CHUNK = 512 << 10;
    /** Chunk positions of one map block, as FORMAT.md section 6 says. */
    static final int MAP = 1024;
    /** Length of the entry of a chunk: what compression by a third leaves, and the header. */
    static final int ENTRY = 349_525;
    /** Chunks in a pack of 64 MiB. */
    static final int PER_PACK = (64 << 20) / ENTRY + 1;

    /** Machines; each has a hundred backups, if there are so many. */
    int machines() {
        return Math.max(1, backups / 100);
    }

    int backupsOf(int machine) {
        return backups / machines() + (machine < backups % machines() ? 1 : 0);
    }

    /** Chunk positions of a machine's disk: the first backup has half of all the chunks of a machine. */
    int positions() {
        return (int) ceil(chunks, 2L * machines());
    }

    /** Chunks that a later backup has changed. */
    int changes() {
        return (int) ceil(chunks, 2L * Math.max(1, backups - machines()));
    }

    private static long ceil(long a, long b) {
        return (a + b - 1) / b;
    }

    /** The id of the n-th chunk. */
    Id chunk(long n) {
        long base = mix(seed + 1) + n * 4;
        return new Id(mix(base), mix(base + 1), mix(base + 2), mix(base + 3));
    }

    /** The name of the n-th data pack. */
    Id pack(long n) {
        long base = mix(seed + 2) + n * 4;
        return new Id(mix(base), mix(base + 1), mix(base + 2), mix(base + 3));
    }

    static String instance(int machine) {
        return "machine-" + machine;
    }

    /** SplitMix64. */
    static long mix(long value) {
        long z = value * 0x9e3779b97f4a7c15L + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
