package io.holdfast.spi.strategy;

import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.EntryPath;
import java.util.List;
import java.util.Map;

/**
 * What is to be recreated, and how.
 *
 * @param instance the instance as it was described when it was backed up
 * @param metadata the documents of the backup's export session
 * @param settings choices, checked against the type's restore schema
 * @param selection the entries of a tree to restore, each with everything below it; empty for all. Only with the
 *     capability {@code PARTIAL_IMPORT}
 */
public record ImportRequest(
        InstanceDescription instance, Map<String, byte[]> metadata, Settings settings, List<EntryPath> selection) {

    /** Copies the collections. */
    public ImportRequest {
        metadata = Map.copyOf(metadata);
        selection = List.copyOf(selection);
    }
}
