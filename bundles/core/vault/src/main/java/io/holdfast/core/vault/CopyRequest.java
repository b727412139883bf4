package io.holdfast.core.vault;

import java.nio.file.Path;

/**
 * What is copied, and with what room.
 *
 * @param backup which backup of the vault that is copied from
 * @param stagingDirectory where packs are on their way: a directory for copies of this instance to this destination alone, on
 *     which one copy works at a time; should be the same for the next try
 * @param wasteThreshold share of a pack that the other vault does not need, above which only the needed rest is copied; 0 to 1
 */
public record CopyRequest(BackupId backup, Path stagingDirectory, double wasteThreshold) {

    /** Checks the range. */
    public CopyRequest {
        if (!(wasteThreshold >= 0 && wasteThreshold <= 1)) {
            throw new IllegalArgumentException("waste threshold must be 0 to 1");
        }
    }

    /** Copies packs of which half is needed as they are. */
    public static CopyRequest of(BackupId backup, Path stagingDirectory) {
        return new CopyRequest(backup, stagingDirectory, 0.5);
    }
}
