package io.holdfast.spi.strategy;

import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.RandomReadable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be run straight from a backup, and how. Since 1.1.
 *
 * @param instance the instance as it was described when it was backed up
 * @param metadata the documents of the backup's export session
 * @param settings choices, checked against the type's instant schema; the same whenever it is taken up
 * @param backup identifies the backup; other content has another one
 * @param disks the backup's disks by the names of their sources, in their order; open as long as the session is, closed by the core
 * @param directory private to this recovery, on the node's disk. Survives the node's death; removed by the core when the recovery
 *     has ended
 * @param earlier the open entries of the journal that sessions of this recovery have left, oldest first; empty for a new one
 */
public record InstantRequest(
        InstanceDescription instance,
        Map<String, byte[]> metadata,
        Settings settings,
        String backup,
        Map<String, RandomReadable> disks,
        Path directory,
        List<SideEffectJournal.Entry> earlier) {

    /** Copies the collections. */
    public InstantRequest {
        metadata = Map.copyOf(metadata);
        disks = Collections.unmodifiableMap(new LinkedHashMap<>(disks));
        earlier = List.copyOf(earlier);
    }
}
