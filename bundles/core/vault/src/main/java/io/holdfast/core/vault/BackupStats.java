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
        long seconds) {}
