package io.holdfast.core.vault;

import java.util.List;

/**
 * How a backup is concerned by losses.
 *
 * @param backup which
 * @param lostChunks chunks and listing blocks that it needs and that exist nowhere intact; 0 means that it is whole,
 *     healed by a later backup if it ever was not
 * @param lostParts what cannot be restored, as far as the reader keys allow to say it; at most 10,000
 */
public record BackupHealth(BackupId backup, long lostChunks, List<Problem> lostParts) {

    /** Copies the list. */
    public BackupHealth {
        lostParts = List.copyOf(lostParts);
    }

    /** Whether everything can be restored. */
    public boolean whole() {
        return lostChunks == 0;
    }
}
