package io.holdfast.core.vault;

/**
 * Parameters of a vault that are fixed when it is created.
 *
 * @param diskChunkBytes how disks are cut: a power of two, 4 KiB to 4 MiB
 * @param minChunkBytes smallest content-defined chunk, 1 KiB to 1 MiB
 * @param averageChunkBytes the aim of content-defined cutting, a power of two, at least twice the minimum
 * @param maxChunkBytes largest content-defined chunk, at most 8 MiB, at least twice the average
 * @param packBytes size at which a pack is closed, 64 KiB to 64 MiB
 * @param reserveBytes ballast that a collection may delete to be able to write on a full destination, 0 to 64 MiB
 */
public record VaultOptions(
        int diskChunkBytes,
        int minChunkBytes,
        int averageChunkBytes,
        int maxChunkBytes,
        int packBytes,
        int reserveBytes) {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** Checks the ranges. */
    public VaultOptions {
        check(Integer.bitCount(diskChunkBytes) == 1 && in(diskChunkBytes, 4 * KIB, 4 * MIB), "diskChunkBytes");
        check(in(minChunkBytes, KIB, MIB), "minChunkBytes");
        check(Integer.bitCount(averageChunkBytes) == 1 && in(averageChunkBytes, 2 * minChunkBytes, 4 * MIB), "average");
        check(in(maxChunkBytes, 2 * averageChunkBytes, 8 * MIB), "maxChunkBytes");
        check(in(packBytes, 64 * KIB, 64 * MIB), "packBytes");
        check(in(reserveBytes, 0, 64 * MIB), "reserveBytes");
    }

    /** What fits nearly everybody. */
    public static VaultOptions standard() {
        return new VaultOptions(512 * KIB, 256 * KIB, MIB, 4 * MIB, 64 * MIB, MIB);
    }

    private static boolean in(int value, int low, int high) {
        return value >= low && value <= high;
    }

    private static void check(boolean good, String name) {
        if (!good) {
            throw new IllegalArgumentException("vault option out of range: " + name);
        }
    }
}
