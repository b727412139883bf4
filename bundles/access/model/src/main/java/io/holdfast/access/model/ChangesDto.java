package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How much the last backups of an instance have changed, oldest first.
 *
 * @param items one for each backup
 */
public record ChangesDto(List<ChangePointDto> items) {

    /** Backups of one instance, newest first. */
    public static ChangesDto of(List<Backup> newestFirst) {
        List<ChangePointDto> points =
                new ArrayList<>(newestFirst.stream().map(ChangePointDto::of).toList());
        Collections.reverse(points);
        return new ChangesDto(List.copyOf(points));
    }
}
