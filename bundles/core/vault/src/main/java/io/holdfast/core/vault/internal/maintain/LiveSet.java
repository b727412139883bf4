package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentCursor;
import io.holdfast.core.vault.internal.store.Batch;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entry of which pack is needed: one place for each id, a bit an entry. Ids are collected in large batches, and for each batch every
 * segment is read through once: to look each id up in each segment would cost as many far places as there are segments. For one thread,
 * which has others to help it.
 */
final class LiveSet implements Marker.Visitor {

    /** Ids of a batch: 84 bytes each. */
    private static final int MAX_BATCH = 1 << 22;

    private static final int MIN_BATCH = 1 << 14;
    /** Of the heap that the JVM may have, so much for each byte of a batch. */
    private static final int HEAP_SHARE = 8 * 84;
    /** A batch is looked up by several threads, each with its part of all ids; in a small index by one. */
    private static final int PARTS = 8;

    private static final long FEW_ENTRIES = 1 << 20;
    /** Ids that are remembered: backups of one machine follow each other and mostly need the same. 64 MiB. */
    private static final int RECENT = 1 << 21;

    private final List<Segment> segments;
    private final BitSet[] bits;
    private final BitSet[] missing;
    private final BitSet[] lost;
    private final Id[][] packs;
    private final long[][] liveBytes;
    private final IdBatch batch;
    private final VaultRuntime runtime;
    private final long entries;
    private final long[] recent;
    private long lostIds;
    private boolean incomplete;
    private @Nullable Map<Id, Long> sums;

    LiveSet(Inventory inventory, VaultRuntime runtime) throws PluginException {
        this(inventory, runtime, (int)
                Math.max(MIN_BATCH, Math.min(MAX_BATCH, Runtime.getRuntime().maxMemory() / HEAP_SHARE)));
    }

    LiveSet(Inventory inventory, VaultRuntime runtime, int batchSize) throws PluginException {
        this.runtime = runtime;
        this.batch = new IdBatch(batchSize);
        this.segments = List.copyOf(inventory.index().segments());
        int count = segments.size();
        bits = new BitSet[count];
        missing = new BitSet[count];
        lost = new BitSet[count];
        packs = new Id[count][];
        liveBytes = new long[count][];
        entries = segments.stream().mapToLong(Segment::entries).sum();
        recent = new long[4 * (int) Math.max(1024, Math.min(RECENT, 2 * Long.highestOneBit(entries)))];
        for (int s = 0; s < count; s++) {
            Segment segment = segments.get(s);
            bits[s] = new BitSet(segment.entries());
            missing[s] = new BitSet();
            lost[s] = new BitSet();
            packs[s] = segment.packTable().stream().map(Segment.PackRow::pack).toArray(Id[]::new);
            liveBytes[s] = new long[packs[s].length];
            for (int i = 0; i < packs[s].length; i++) {
                missing[s].set(i, inventory.missing().contains(packs[s][i]));
                lost[s].set(i, inventory.lost().containsKey(packs[s][i]));
            }
        }
    }

    /** Places for some ids: of each the best that was found by now. */
    private final class Places {
        final int[] segment;
        final int[] entry;
        final int[] pack;
        final int[] length;

        Places(int count) {
            segment = new int[count];
            entry = new int[count];
            pack = new int[count];
            length = new int[count];
            Arrays.fill(segment, -1);
        }

        /** Looks one id up. */
        void look(Id id) throws PluginException {
            for (int s = 0; s < segments.size(); s++) {
                for (Segment.Entry found : segments.get(s).find(id)) {
                    offer(0, s, found.number(), found.pack(), found.offset(), found.length());
                }
            }
        }

        /** Finds ids of a sorted batch in all segments, those from the one of a part's beginning to that of the next. */
        void look(IdBatch ids, int part, int parts) throws PluginException {
            long width = Long.divideUnsigned(-1L, parts);
            for (int s = 0; s < segments.size(); s++) {
                Segment in = segments.get(s);
                int end = part == parts - 1 ? in.entries() : in.firstFrom(width * (part + 1));
                SegmentCursor at = in.cursor(in.firstFrom(width * part), end);
                IdBatch.Rest rest = number -> at.id();
                while (at.next()) {
                    int n = ids.find(at.prefix(), rest, at.number());
                    if (n >= 0) {
                        offer(n, s, at.number(), at.pack(), at.offset(), at.length());
                    }
                }
            }
        }

        private void offer(int n, int s, int number, int inPack, int offset, int bytes) throws PluginException {
            segments.get(s).check(inPack, offset, bytes);
            if (!missing[s].get(inPack) && (segment[n] < 0 || better(n, s, inPack))) {
                segment[n] = s;
                entry[n] = number;
                pack[n] = inPack;
                length[n] = bytes;
            }
        }

        private boolean better(int n, int s, int other) {
            boolean good = !lost[s].get(other);
            return good != good(n) ? good : packs[s][other].compareTo(pack(n)) < 0;
        }

        boolean good(int n) {
            return segment[n] >= 0 && !lost[segment[n]].get(pack[n]);
        }

        Id pack(int n) {
            return packs[segment[n]][pack[n]];
        }
    }

    private Places best(Id id) throws PluginException {
        Places places = new Places(1);
        places.look(id);
        return places;
    }

    @Override
    public void needed(Id id) throws PluginException {
        if (known(id)) {
            return;
        }
        if (!batch.add(id)) {
            settle();
        }
    }

    /** Whether an id came a short while ago; remembers it. */
    private boolean known(Id id) {
        int at = ((int) id.c() & (recent.length >> 2) - 1) << 2;
        if ((id.a() | id.b()) != 0 // as the empty places are
                && recent[at] == id.a()
                && recent[at + 1] == id.b()
                && recent[at + 2] == id.c()
                && recent[at + 3] == id.d()) {
            return true;
        }
        recent[at] = id.a();
        recent[at + 1] = id.b();
        recent[at + 2] = id.c();
        recent[at + 3] = id.d();
        return false;
    }

    /** Looks up what waits. */
    private void settle() throws PluginException {
        if (batch.isEmpty()) {
            return;
        }
        sums = null;
        batch.sort();
        Places places = new Places(batch.size());
        int parts = entries < FEW_ENTRIES ? 1 : PARTS;
        Batch.run(runtime, "mark", parts, part -> places.look(batch, part, parts));
        for (int n = 0; n < batch.size(); n++) {
            int s = places.segment[n];
            if (s < 0) {
                lostIds++;
            } else if (!bits[s].get(places.entry[n])) {
                bits[s].set(places.entry[n]);
                liveBytes[s][places.pack[n]] += places.length[n];
            }
        }
        batch.clear();
    }

    @Override
    public void unreadable(Id block, PluginException why) throws PluginException {
        if (best(block).good(0)) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "A listing block cannot be read, so nothing is collected; verify the vault first: "
                            + why.getMessage(),
                    why);
        }
        incomplete = true;
    }

    /** Whether everything that is needed is known, and is somewhere. */
    boolean complete() throws PluginException {
        return !incomplete && lost() == 0;
    }

    /** Whether that place of an id is the one that is needed. */
    boolean needs(Id id, Id pack) throws PluginException {
        settle();
        Places best = best(id);
        return best.segment[0] >= 0 && best.pack(0).equals(pack) && bits[best.segment[0]].get(best.entry[0]);
    }

    /** Needed bytes of a pack. */
    long bytes(Id pack) throws PluginException {
        settle();
        Map<Id, Long> known = sums;
        if (known == null) {
            known = new HashMap<>();
            for (int s = 0; s < liveBytes.length; s++) {
                for (int i = 0; i < liveBytes[s].length; i++) {
                    if (liveBytes[s][i] > 0) {
                        known.merge(packs[s][i], liveBytes[s][i], Long::sum);
                    }
                }
            }
            sums = known;
        }
        return known.getOrDefault(pack, 0L);
    }

    /** Ids that are nowhere. */
    long lost() throws PluginException {
        settle();
        return lostIds;
    }
}
