package io.holdfast.core.vault;

/**
 * Numbers of a backup. All sizes in bytes.
 *
 * @param logicalBytes size of everything that it holds, holes included
 * @param readBytes what was read from the sources
 * @param newBytes of these, what the vault did not have yet, before compression
 * @param storedBytes size of the packs that were written for it
 * @param files files, disks, streams and items that it holds
 * @param filesRead of these, how many were read: the others were known to be unchanged
 * @param problems parts that are missing or were changing
 * @param chunks chunks that were read
 * @param newChunks of these, new ones
 * @param incompressibleBytes of the new bytes, what looked random: compressed, or encrypted by somebody
 * @param seconds how long the export took
 */
public record BackupStats(
        long logicalBytes,
        long readBytes,
        long newBytes,
        long storedBytes,
        long files,
        long filesRead,
        long problems,
        long chunks,
        long newChunks,
        long incompressibleBytes,
        long seconds) {

    /**
     * How much of what the backup holds was new to the vault, 0 to 1; 0 for an empty one. What a machine usually has, and rises when
     * somebody encrypts it or replaces its content.
     */
    public double changeRate() {
        return share(newBytes, logicalBytes);
    }

    /**
     * How much of the new bytes looked random, 0 to 1: compressed before, or encrypted by somebody. Says little without a {@link #changeRate}
     * to go with it; 0 if nothing was new.
     */
    public double incompressibleShare() {
        return share(incompressibleBytes, newBytes);
    }

    /** How large the new bytes became by compression, 0 to about 1, packs and listings included; 0 if nothing was new. */
    public double compressedTo() {
        return newBytes <= 0 ? 0 : (double) storedBytes / newBytes;
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
    }
}
