package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entry of which pack is needed: one place for each id, a bit an entry. Ids are looked up in batches, segment by segment and in
 * order, since a look-up of one id in all segments touches as many far places as there are segments. For one thread.
 */
final class LiveSet implements Marker.Visitor {

    private static final int BATCH = 1 << 18;
    /** Ids that are remembered: backups of one machine follow each other and mostly need the same. 64 MiB. */
    private static final int RECENT = 1 << 21;

    private final List<Segment> segments;
    private final BitSet[] bits;
    private final BitSet[] missing;
    private final BitSet[] lost;
    private final long[][] liveBytes;
    private final Id[] batch = new Id[BATCH];
    private final long[] recent;
    private int waiting;
    private long lostIds;
    private @Nullable Map<Id, Long> sums;

    LiveSet(Inventory inventory) {
        this.segments = List.copyOf(inventory.index().segments());
        int count = segments.size();
        bits = new BitSet[count];
        missing = new BitSet[count];
        lost = new BitSet[count];
        liveBytes = new long[count][];
        long entries = segments.stream().mapToLong(Segment::entries).sum();
        recent = new long[4 * (int) Math.max(1024, Math.min(RECENT, 2 * Long.highestOneBit(entries)))];
        for (int s = 0; s < count; s++) {
            Segment segment = segments.get(s);
            bits[s] = new BitSet(segment.entries());
            missing[s] = new BitSet();
            lost[s] = new BitSet();
            liveBytes[s] = new long[segment.packs()];
            for (int i = 0; i < segment.packs(); i++) {
                Id pack = segment.pack(i).pack();
                missing[s].set(i, inventory.missing().contains(pack));
                lost[s].set(i, inventory.lost().containsKey(pack));
            }
        }
    }

    /** Places for some ids: of each the best that was found by now. */
    private final class Places {
        final int[] segment;
        final int[] entry;

        Places(int count) {
            segment = new int[count];
            entry = new int[count];
            Arrays.fill(segment, -1);
        }

        void look(Id[] ids, int count) throws PluginException {
            for (int s = 0; s < segments.size(); s++) {
                Segment in = segments.get(s);
                for (int n = 0; n < count; n++) {
                    for (int at = in.find(ids[n]); at >= 0 && at < in.entries() && in.isAt(at, ids[n]); at++) {
                        offer(n, s, at);
                    }
                }
            }
        }

        private void offer(int n, int s, int at) throws PluginException {
            Segment in = segments.get(s);
            int pack = in.packAt(at);
            if (pack < 0 || pack >= in.packs()) {
                in.locationAt(at); // says what is wrong
            }
            if (!missing[s].get(pack) && (segment[n] < 0 || better(n, s, pack))) {
                segment[n] = s;
                entry[n] = at;
            }
        }

        private boolean better(int n, int s, int pack) {
            boolean good = !lost[s].get(pack);
            return good != good(n) ? good : segments.get(s).pack(pack).pack().compareTo(pack(n)) < 0;
        }

        boolean good(int n) {
            return segment[n] >= 0
                    && !lost[segment[n]].get(segments.get(segment[n]).packAt(entry[n]));
        }

        Id pack(int n) {
            Segment in = segments.get(segment[n]);
            return in.pack(in.packAt(entry[n])).pack();
        }
    }

    private Places best(Id id) throws PluginException {
        Places places = new Places(1);
        places.look(new Id[] {id}, 1);
        return places;
    }

    @Override
    public void needed(Id id) throws PluginException {
        if (known(id)) {
            return;
        }
        batch[waiting++] = id;
        if (waiting == BATCH) {
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
        if (waiting == 0) {
            return;
        }
        sums = null;
        Arrays.sort(batch, 0, waiting);
        int count = 1;
        for (int i = 1; i < waiting; i++) {
            if (!batch[i].equals(batch[count - 1])) {
                batch[count++] = batch[i];
            }
        }
        waiting = 0;
        Places places = new Places(count);
        places.look(batch, count);
        for (int n = 0; n < count; n++) {
            int s = places.segment[n];
            if (s < 0) {
                lostIds++;
            } else if (!bits[s].get(places.entry[n])) {
                bits[s].set(places.entry[n]);
                Segment in = segments.get(s);
                in.locationAt(places.entry[n]); // refuses what is impossible
                liveBytes[s][in.packAt(places.entry[n])] += in.lengthAt(places.entry[n]);
            }
        }
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
                        known.merge(segments.get(s).pack(i).pack(), liveBytes[s][i], Long::sum);
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
