package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is on the destination: all packs, and an index of all of them, those included that no segment knows.
 *
 * @param packs packs and their sizes
 * @param index all segments, and further ones in memory for packs without
 * @param lost packs that are recorded as lost
 * @param missing packs that segments know and the destination has not
 * @param collected those of them that nobody misses: a collection has deleted them, and some segment still names them
 */
record Inventory(
        Map<Id, Long> packs, VaultIndex index, Map<Id, VerifyReport.State> lost, Set<Id> missing, Set<Id> collected) {

    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);

    /** What segments of packs without a segment are called. */
    static final String IN_MEMORY = "memory/";

    private static final int ATTEMPTS = 5;

    /** Packs that are not there and should be. */
    Set<Id> gone() {
        Set<Id> gone = new HashSet<>(missing);
        gone.removeAll(collected);
        return gone;
    }

    /** Takes stock: packs first, then the index. Manifests are to be listed after that. */
    static Inventory take(VaultCore core, TransferContext context) throws PluginException {
        return take(core, new HealthLog(core.objects(), core.keys()).lost(context), context);
    }

    /** The same, where it is known what is lost. Again, if meanwhile a collection has got further. */
    static Inventory take(VaultCore core, Map<Id, VerifyReport.State> lost, TransferContext context)
            throws PluginException {
        GcLog log = new GcLog(core.objects(), core.keys());
        GcLog.State before = log.state(context);
        for (int attempt = 1; ; attempt++) {
            Inventory inventory = take(core, lost, log.deleting(before, context), context);
            GcLog.State after = log.state(context);
            if (after.same(before) || attempt == ATTEMPTS) {
                return inventory;
            }
            before = after;
        }
    }

    private static Inventory take(
            VaultCore core, Map<Id, VerifyReport.State> lost, Set<Id> deleting, TransferContext context)
            throws PluginException {
        Map<Id, Long> packs = new HashMap<>();
        core.objects()
                .forEach(
                        "packs/",
                        stat -> ObjectNames.packOf(stat.key()).ifPresent(pack -> packs.put(pack, stat.size())),
                        context);
        List<Segment> segments = new ArrayList<>(core.index().loadAll(context));
        Set<Id> indexed = new HashSet<>();
        for (Segment segment : segments) {
            for (Segment.PackRow row : segment.packTable()) {
                indexed.add(row.pack());
            }
        }
        segments.addAll(unindexed(core, packs, indexed, context));
        Set<Id> missing = new HashSet<>();
        for (Id pack : indexed) {
            if (!packs.containsKey(pack) && !arrived(core, pack, packs, context)) {
                missing.add(pack);
            }
        }
        Set<Id> distrusted = new HashSet<>(lost.keySet());
        distrusted.addAll(missing);
        Set<Id> collected = new HashSet<>(missing);
        collected.removeAll(believed(core, segments, missing, deleting, context));
        return new Inventory(packs, new VaultIndex(segments, distrusted), lost, missing, collected);
    }

    /** Of missing packs those that should be there: a segment of a fenced session may have come after its packs went. */
    private static Set<Id> believed(
            VaultCore core, List<Segment> segments, Set<Id> missing, Set<Id> deleting, TransferContext context)
            throws PluginException {
        Set<Id> believed = new HashSet<>();
        for (Segment segment : segments) {
            Set<Id> named = new HashSet<>();
            for (Segment.PackRow row : segment.packTable()) {
                if (missing.contains(row.pack()) && !deleting.contains(row.pack())) {
                    named.add(row.pack());
                }
            }
            if (!named.isEmpty() && core.index().believed(segment, context)) {
                believed.addAll(named);
            }
        }
        return believed;
    }

    /** A pack may have been put between the two listings. */
    private static boolean arrived(VaultCore core, Id pack, Map<Id, Long> packs, TransferContext context)
            throws PluginException {
        var stat = core.objects().destination().stat(ObjectNames.pack(pack), context);
        stat.ifPresent(s -> packs.put(pack, s.size()));
        return stat.isPresent();
    }

    /** Segments in memory for packs without; of the packs those are removed that have gone since they were listed. */
    static List<Segment> unindexed(VaultCore core, Map<Id, Long> packs, Set<Id> indexed, TransferContext context)
            throws PluginException {
        List<Segment> segments = new ArrayList<>();
        SegmentWriter writer = new SegmentWriter();
        for (Map.Entry<Id, Long> pack : List.copyOf(packs.entrySet())) {
            if (indexed.contains(pack.getKey())) {
                continue;
            }
            context.cancellation().throwIfCancelled();
            SealedPack table;
            try {
                table = table(core, pack.getKey(), pack.getValue(), context);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                packs.remove(pack.getKey()); // deleted by a collection since: nothing needed it
                continue;
            }
            if (writer.size() > 0 && !writer.fits(table)) {
                segments.add(segment(core, writer, segments.size()));
                writer = new SegmentWriter();
            }
            writer.add(table);
        }
        if (writer.size() > 0) {
            segments.add(segment(core, writer, segments.size()));
        }
        return segments;
    }

    private static Segment segment(VaultCore core, SegmentWriter writer, int number) throws PluginException {
        String name = IN_MEMORY + number;
        return new Segment(name, writer.encode(core.keys(), 0, name));
    }

    /** The entries of a pack by its footer, or, if that is damaged, by its parity or a scan; nothing if it cannot be read at all. */
    static SealedPack table(VaultCore core, Id pack, long size, TransferContext context) throws PluginException {
        Objects objects = core.objects();
        try {
            return PackTable.read(
                    core.keys(),
                    pack,
                    size,
                    (offset, length) -> objects.range(ObjectNames.pack(pack), offset, length, context));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            LOG.warn("Pack without index segment is scanned: {}", e.getMessage());
        }
        Optional<byte[]> whole = new Mender(objects, core.keys()).whole(pack, context);
        Optional<SealedPack> mended = whole.flatMap(bytes -> PackTable.find(core.keys(), pack, bytes));
        if (mended.isPresent()) {
            return mended.get();
        }
        List<PackEntry> found = List.of();
        int kind = PackFormat.DATA;
        if (size <= PackFormat.MAX_PACK) {
            byte[] all = objects.salvage(ObjectNames.pack(pack), 0, (int) size, context);
            found = PackTable.scan(all);
            kind = all.length > 5 && all[5] == PackFormat.META ? PackFormat.META : PackFormat.DATA;
        }
        return new SealedPack(pack, kind, (int) Math.min(size, Integer.MAX_VALUE), found);
    }
}
