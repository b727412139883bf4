package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.SealedPack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects entries and makes a segment of them. For one thread. */
public final class SegmentWriter {

    private final TreeMap<Id, Segment.PackRow> packs = new TreeMap<>();
    private final List<Row> rows = new ArrayList<>();

    private record Row(Id id, Id pack, int offset, int length) {}

    /** Adds all entries of a pack. */
    public void add(SealedPack pack) {
        for (PackEntry entry : pack.entries()) {
            add(entry.id(), new Location(pack.id(), pack.kind(), entry.offset(), entry.length()), pack.size());
        }
    }

    /** Adds one entry. */
    public void add(Id id, Location location, int packSize) {
        packs.putIfAbsent(location.pack(), new Segment.PackRow(location.pack(), packSize, location.kind()));
        rows.add(new Row(id, location.pack(), location.offset(), location.length()));
    }

    /** Entries so far. */
    public int size() {
        return rows.size();
    }

    /** Whether another pack or entry would still fit. */
    public boolean full() {
        return rows.size() >= Segment.MAX_ENTRIES || packs.size() >= Segment.MAX_PACKS;
    }

    /** Whether all entries of a pack would still fit. */
    public boolean fits(SealedPack pack) {
        return rows.size() + pack.entries().size() <= Segment.MAX_ENTRIES && packs.size() < Segment.MAX_PACKS;
    }

    /** A name that depends on the entries only. */
    public String hash() {
        Encoder out = new Encoder(rows.size() * 72);
        rows.sort(Comparator.comparing(Row::id).thenComparing(Row::pack).thenComparing(Row::offset));
        for (Row row : rows) {
            out.id(row.id()).id(row.pack()).u32(row.offset()).u32(row.length());
        }
        return Id.of(io.holdfast.core.vault.internal.crypto.Digests.sha256().digest(out.toBytes()))
                .hex();
    }

    /**
     * The bytes of the segment.
     *
     * @param level 0 for a session, 1 for a collector
     * @param key under which it will be stored
     */
    public byte[] encode(KeyRing keys, int level, String key) {
        rows.sort(Comparator.comparing(Row::id).thenComparing(Row::pack).thenComparing(Row::offset));
        int bits = Math.max(0, Math.min(20, 32 - Integer.numberOfLeadingZeros(rows.size() >> 4)));
        int filterBlocks = (int) Math.max(1, rows.size() * 12L / 512);
        Encoder out =
                new Encoder(Segment.HEAD + packs.size() * 37 + filterBlocks * 64 + (8 << bits) + rows.size() * 44);
        out.u32(Segment.MAGIC).u8(1).u8(level).u16(0).raw(keys.vaultId());
        out.u32(packs.size()).u32(rows.size()).u32(filterBlocks).u8(bits).u8(0).u16(0);
        Map<Id, Integer> numbers = new HashMap<>();
        for (Segment.PackRow row : packs.values()) {
            numbers.put(row.pack(), numbers.size());
            out.id(row.pack()).u32(row.size()).u8(row.kind());
        }
        out.raw(filter(filterBlocks));
        fanout(out, bits);
        for (Row row : rows) {
            out.id(row.id())
                    .u32(numbers.getOrDefault(row.pack(), 0))
                    .u32(row.offset())
                    .u32(row.length());
        }
        return out.raw(keys.objectMac("", key, out.array(), out.size())).toBytes();
    }

    private byte[] filter(int blocks) {
        byte[] filter = new byte[blocks * 64];
        for (Row row : rows) {
            int block = (int) ((row.id().a() >>> 1) % blocks) * 64;
            for (int i = 0; i < 6; i++) {
                int bit = (int) (row.id().b() >>> (9 * i)) & 511;
                filter[block + (bit >> 3)] |= (byte) (1 << (bit & 7));
            }
        }
        return filter;
    }

    private void fanout(Encoder out, int bits) {
        int at = 0;
        for (int prefix = 0; prefix <= 1 << bits; prefix++) {
            while (at < rows.size() && bits > 0 && rows.get(at).id().a() >>> (64 - bits) < prefix) {
                at++;
            }
            out.u32(bits == 0 && prefix == 1 ? rows.size() : at);
        }
    }
}
