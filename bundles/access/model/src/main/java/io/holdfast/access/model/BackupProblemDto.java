package io.holdfast.access.model;

import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.ErrorKind;

/**
 * Something that is missing in a backup, or was changing while it was read.
 *
 * @param source the part of the backup
 * @param path which entry: its bytes, percent-encoded
 * @param kind why
 * @param message for people
 */
public record BackupProblemDto(String source, String path, ErrorKind kind, String message) {

    /** As the backup has it. */
    public static BackupProblemDto of(BackupContents.Problem p) {
        return new BackupProblemDto(p.source(), PathText.of(p.path().toBytes()), p.kind(), p.message());
    }
}
