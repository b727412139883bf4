package io.holdfast.core.vault;

import java.util.List;

/**
 * What a copy has done.
 *
 * @param copy what the backup is called where it was copied to; {@link BackupId#sameSession} holds for both names
 * @param there whether it was there before; what was recorded as lost of it has been copied again
 * @param packs packs that were sent
 * @param bytes their size
 * @param rewritten of those, new ones that hold the needed parts of others
 * @param found packs that had been sent by an earlier try
 * @param damaged packs that were found damaged where they were copied from; they are recorded there, and what was needed of them
 *     has come from others
 * @param sealed whether it went as it is, without being decrypted; otherwise it was read, and written anew with the keys of the vault
 *     that it went to
 */
public record CopyReport(
        BackupId copy,
        boolean there,
        long packs,
        long bytes,
        long rewritten,
        long found,
        List<VerifyReport.Finding> damaged,
        boolean sealed) {

    /** Copies the list. */
    public CopyReport {
        damaged = List.copyOf(damaged);
    }
}
