package io.holdfast.access.model;

import io.holdfast.core.worker.BackupContents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one directory, ordered by their bytes.
 *
 * @param items the entries
 * @param next give this as {@code after} to read on; absent at the end
 */
public record EntriesDto(List<EntryDto> items, @Nullable String next) {

    /**
     * One page of a directory.
     *
     * @param entries at most {@code limit}; that many means that there may be more
     */
    public static EntriesDto of(List<BackupContents.Entry> entries, int limit) {
        String next = entries.size() < limit
                ? null
                : PathText.of(entries.get(entries.size() - 1).path().name());
        return new EntriesDto(entries.stream().map(EntryDto::of).toList(), next);
    }
}
