package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Packs that no index segment names, because it was lost or damaged: every pack carries its own table. */
public final class UnindexedPacks {

    private UnindexedPacks() {}

    /** Segments, in memory, of the packs that none of these segments knows. Lists all packs and reads the tables of some. */
    public static List<Segment> segments(VaultCore core, List<Segment> known, TransferContext context)
            throws PluginException {
        Set<Id> indexed = new HashSet<>();
        for (Segment segment : known) {
            for (Segment.PackRow row : segment.packTable()) {
                indexed.add(row.pack());
            }
        }
        Map<Id, Long> packs = new HashMap<>();
        core.objects()
                .forEach(
                        "packs/",
                        stat -> ObjectNames.packOf(stat.key()).ifPresent(pack -> packs.put(pack, stat.size())),
                        context);
        return Inventory.unindexed(core, packs, indexed, context);
    }
}
