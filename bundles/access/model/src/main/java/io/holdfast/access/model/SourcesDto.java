package io.holdfast.access.model;

import io.holdfast.core.worker.BackupContents;
import java.util.List;

/**
 * The parts of a backup.
 *
 * @param items the parts, in the order in which they were read
 */
public record SourcesDto(List<SourceDto> items) {

    /** As the node found them. */
    public static SourcesDto of(List<BackupContents.SourceInfo> sources) {
        return new SourcesDto(sources.stream().map(SourceDto::of).toList());
    }
}
