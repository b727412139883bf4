package io.holdfast.access.model;

import io.holdfast.core.worker.BackupContents;

/**
 * A part of a backup.
 *
 * @param name its name, for further requests
 * @param shape disk, tree, stream or items
 * @param logicalBytes its size as the source showed it
 * @param items how many files or objects it has
 */
public record SourceDto(String name, String shape, long logicalBytes, long items) {

    /** As the node found it. */
    public static SourceDto of(BackupContents.SourceInfo s) {
        return new SourceDto(s.name(), s.shape(), s.logicalBytes(), s.items());
    }
}
