package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.vault.BackupId;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much the last backups of an instance have changed, oldest first.
 *
 * @param items one for each backup
 */
public record ChangesDto(List<ChangePointDto> items) {

    /** In how many places a backup may be, so that enough are read to have each once. */
    private static final int COPIES = 4;

    /**
     * The last backups of an instance, each once, wherever it has copies.
     *
     * @param count so many at most, 1 to {@link PageRequest#MAX_LIMIT}
     * @throws PluginException what the catalogue throws
     */
    public static ChangesDto last(CoreServices core, String instanceId, int count) throws PluginException {
        PageRequest withCopies = PageRequest.first(Math.min(PageRequest.MAX_LIMIT, COPIES * count));
        Set<String> seen = new HashSet<>();
        List<ChangePointDto> points = new ArrayList<>();
        for (Backup backup :
                core.catalog().backups().list(instanceId, null, withCopies).items()) {
            if (points.size() < count && seen.add(BackupId.common(backup.id()))) {
                points.add(ChangePointDto.of(backup));
            }
        }
        Collections.reverse(points);
        return new ChangesDto(List.copyOf(points));
    }
}
