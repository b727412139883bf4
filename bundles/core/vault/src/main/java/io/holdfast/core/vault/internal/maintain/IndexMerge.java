package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentCursor;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** Rewrites index segments, sorted and bounded; new ones are put before old ones are deleted. For one thread. */
final class IndexMerge {

    private static final int SMALL = Segment.MAX_ENTRIES / 2;

    private final VaultCore core;
    private final Inventory inventory;
    private final Check open;
    private final Set<String> written = new HashSet<>();

    /** Throws if the generation is over, because another collector was faster. */
    interface Check {
        void check() throws PluginException;
    }

    /** @param open asked before each segment is put */
    IndexMerge(VaultCore core, Inventory inventory, Check open) {
        this.core = core;
        this.open = open;
        this.inventory = inventory;
    }

    private static final class Cursor implements Comparable<Cursor> {
        final Segment segment;
        final SegmentCursor entries;
        final List<Segment.PackRow> packs;
        Id id;

        /** At the first entry: there is one. */
        Cursor(Segment segment) throws PluginException {
            this.segment = segment;
            this.packs = segment.packTable();
            this.entries = segment.cursor(0, segment.entries());
            entries.next();
            id = entries.id();
        }

        boolean next() throws PluginException {
            boolean more = entries.next();
            if (more) {
                id = entries.id();
            }
            return more;
        }

        Location location() throws PluginException {
            segment.check(entries.pack(), entries.offset(), entries.length());
            Segment.PackRow row = packs.get(entries.pack());
            return new Location(row.pack(), row.kind(), entries.offset(), entries.length());
        }

        @Override
        public int compareTo(Cursor other) {
            return id.compareTo(other.id);
        }
    }

    /** Rewrites what needs it. Packs that are not there any more disappear from the index. */
    void run(TransferContext context) throws PluginException {
        List<Segment> chosen = new ArrayList<>();
        List<Segment> small = new ArrayList<>();
        for (Segment segment : inventory.index().segments()) {
            if (mustGo(segment, context)) {
                chosen.add(segment);
            } else if (segment.name().startsWith("index/g.") && segment.entries() < SMALL) {
                small.add(segment);
            }
        }
        if (!chosen.isEmpty() || small.size() > 8) {
            chosen.addAll(small);
            for (List<Segment> bin : bins(chosen)) {
                merge(bin, context);
                for (Segment segment : bin) {
                    if (!segment.name().startsWith(Inventory.IN_MEMORY) && !written.contains(segment.name())) {
                        core.objects().destination().delete(ObjectKey.of(segment.name()), context);
                    }
                }
            }
        }
    }

    /**
     * Segments that fit into one together. So a pack stays within one segment, and its deletion has one segment rewritten: if all were
     * merged in the order of ids, each would name nearly every pack, few entries would fill it, and each collection rewrote everything.
     */
    static List<List<Segment>> bins(List<Segment> segments) {
        List<Bin> bins = new ArrayList<>();
        List<Segment> largest = new ArrayList<>(segments);
        largest.sort(Comparator.comparingInt(Segment::entries).reversed().thenComparing(Segment::name));
        int open = 0;
        for (Segment segment : largest) {
            while (open < bins.size() && bins.get(open).full()) {
                open++;
            }
            int at = open;
            while (at < bins.size() && !bins.get(at).fits(segment)) {
                at++;
            }
            if (at == bins.size()) {
                bins.add(new Bin());
            }
            bins.get(at).add(segment);
        }
        return bins.stream().map(bin -> bin.segments).toList();
    }

    private static final class Bin {
        final List<Segment> segments = new ArrayList<>();
        int entries;
        int packs;

        boolean fits(Segment segment) {
            return entries + segment.entries() <= Segment.MAX_ENTRIES && packs + segment.packs() <= Segment.MAX_PACKS;
        }

        boolean full() {
            return entries == Segment.MAX_ENTRIES || packs == Segment.MAX_PACKS;
        }

        void add(Segment segment) {
            segments.add(segment);
            entries += segment.entries();
            packs += segment.packs();
        }
    }

    private boolean mustGo(Segment segment, TransferContext context) throws PluginException {
        if (segment.name().startsWith(Inventory.IN_MEMORY)) {
            return true;
        }
        Optional<BackupId> session = ObjectNames.sessionOfSegment(ObjectKey.of(segment.name()));
        if (session.isPresent() && ended(session.get(), context)) {
            return true;
        }
        for (Segment.PackRow row : segment.packTable()) {
            // a session that seems to live may be one that was forgotten, of which a lease came late
            boolean gone = session.isPresent()
                    ? inventory.collected().contains(row.pack())
                    : !inventory.packs().containsKey(row.pack());
            if (gone) {
                return true;
            }
        }
        return false;
    }

    /** A session that has a manifest, or had one (it has no lease any more). */
    private boolean ended(BackupId session, TransferContext context) throws PluginException {
        return ManifestCodec.state(core.objects(), core.keys(), session, context)
                        .isPresent()
                || core.objects()
                        .destination()
                        .list(ObjectNames.leasePrefix(session), null, 1, context)
                        .isEmpty();
    }

    private void merge(List<Segment> segments, TransferContext context) throws PluginException {
        PriorityQueue<Cursor> queue = new PriorityQueue<>();
        for (Segment segment : segments) {
            queue.add(new Cursor(segment));
        }
        SegmentWriter writer = new SegmentWriter();
        Set<Location> ofOneId = new HashSet<>();
        Id last = null;
        while (!queue.isEmpty()) {
            Cursor cursor = queue.remove();
            Id id = cursor.id;
            Location location = cursor.location();
            if (!id.equals(last)) {
                ofOneId.clear();
                last = id;
                if (writer.full()) {
                    put(writer, context);
                    writer = new SegmentWriter();
                }
            }
            Long size = inventory.packs().get(location.pack());
            if (size != null && ofOneId.add(location)) {
                writer.add(id, location, (int) Math.min(size, Integer.MAX_VALUE));
            }
            if (cursor.next()) {
                queue.add(cursor);
            }
        }
        put(writer, context);
    }

    private void put(SegmentWriter writer, TransferContext context) throws PluginException {
        if (writer.size() > 0) {
            context.cancellation().throwIfCancelled();
            ObjectKey key = ObjectNames.collectorSegment(writer.hash());
            written.add(key.value());
            open.check();
            core.objects().putExclusive(key, writer.encode(core.keys(), 1, key.value()), context);
        }
    }
}
