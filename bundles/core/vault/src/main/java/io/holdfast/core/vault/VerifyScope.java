package io.holdfast.core.vault;

import java.util.Optional;

/**
 * What to verify.
 *
 * @param backup only what this backup needs; empty for the whole vault
 * @param slice which part of the packs, 0 to {@code slices - 1}; run through all of them and everything was read once
 * @param slices how many parts there are, 1 for all at once, at most 65,536
 * @param content whether to decrypt and decompress every chunk as well, which needs the reader keys; otherwise packs are
 *     compared with their hashes
 */
public record VerifyScope(Optional<BackupId> backup, int slice, int slices, boolean content) {

    /** Checks the slice. */
    public VerifyScope {
        if (slices < 1 || slices > 65_536 || slice < 0 || slice >= slices) {
            throw new IllegalArgumentException("slice " + slice + " of " + slices);
        }
    }

    /** All packs and manifests. */
    public static VerifyScope all() {
        return new VerifyScope(Optional.empty(), 0, 1, false);
    }

    /** Everything that one backup needs. */
    public static VerifyScope of(BackupId backup) {
        return new VerifyScope(Optional.of(backup), 0, 1, false);
    }

    /** The n-th of m parts of the packs, chosen by their names: what comes and goes meanwhile moves nothing. */
    public static VerifyScope rotation(int slice, int slices) {
        return new VerifyScope(Optional.empty(), slice, slices, false);
    }
}
