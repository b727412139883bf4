package io.holdfast.core.vault.internal.manifest;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clear part of a block, FORMAT.md section 5.1.
 *
 * @param table the chunks and map blocks that it refers to, once each
 * @param entries one for each listing entry; a map block has exactly one
 */
public record BlockRefs(List<Target> table, List<Entry> entries) {

    /** Greatest number of chunks in one block. */
    public static final int MAX_TABLE = 65_536;
    /** Greatest number of entries in one block. */
    public static final int MAX_ENTRIES = 8_192;

    private static final int MAX_PIECES = 131_072;
    private static final int SIGNED = 1;
    private static final int DELETED = 2;

    /**
     * A chunk or map block.
     *
     * @param id which
     * @param map whether it is a map block
     * @param length of the chunk, or of what the map block covers
     */
    public record Target(Id id, boolean map, long length) {}

    /**
     * One listing entry.
     *
     * @param signature 16 bytes; null if there is none
     * @param deleted a tombstone, of items only
     * @param pieces its content in order
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(byte @Nullable [] signature, boolean deleted, List<Piece> pieces) {}

    /** Encodes the entries of a block. */
    public static byte[] encode(int type, List<Entry> entries) {
        Map<Id, Integer> numbers = new HashMap<>();
        List<Target> table = new ArrayList<>();
        Encoder body = new Encoder(entries.size() * 40 + 64);
        if (type != PackFormat.MAP) {
            body.varint(entries.size());
        }
        for (Entry entry : entries) {
            if (type != PackFormat.MAP) {
                byte[] signature = entry.signature();
                body.u8((signature == null ? 0 : SIGNED) | (entry.deleted() ? DELETED : 0));
                if (signature != null) {
                    body.raw(signature);
                }
            }
            body.varint(entry.pieces().size());
            for (Piece piece : entry.pieces()) {
                encode(body, piece, numbers, table);
            }
        }
        Encoder out = new Encoder(body.size() + table.size() * 36 + 8);
        out.varint(table.size());
        for (Target target : table) {
            out.id(target.id()).varint(target.length() << 1 | (target.map() ? 1 : 0));
        }
        return out.raw(body.array(), 0, body.size()).toBytes();
    }

    private static void encode(Encoder out, Piece piece, Map<Id, Integer> numbers, List<Target> table) {
        switch (piece.kind()) {
            case ZERO -> out.varint(piece.length() << 2 | 1);
            case GAP -> out.varint(piece.length() << 2 | 2);
            case CHUNK, MAP -> {
                Integer number = numbers.putIfAbsent(piece.target(), table.size());
                if (number == null) {
                    number = table.size();
                    table.add(new Target(piece.target(), piece.kind() == Piece.Kind.MAP, piece.whole()));
                }
                if (piece.length() == piece.whole()) {
                    out.varint((long) number << 2);
                } else {
                    out.varint((long) number << 2 | 3).varint(piece.offset()).varint(piece.length());
                }
            }
        }
    }

    /** Decodes authenticated refs. */
    public static BlockRefs decode(int type, Id block, byte[] refs) throws PluginException {
        Decoder in = new Decoder("Block " + block, refs);
        List<Target> table = table(in);
        int count = type == PackFormat.MAP ? 1 : in.varint(MAX_ENTRIES);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int flags = type == PackFormat.MAP ? 0 : in.u8();
            if (flags > (type == PackFormat.ITEMS ? 3 : 1)) {
                throw in.damaged("an entry has unknown flags");
            }
            byte[] signature = (flags & SIGNED) != 0 ? in.raw(16) : null;
            entries.add(new Entry(signature, (flags & DELETED) != 0, pieces(in, table)));
        }
        in.end();
        return new BlockRefs(table, entries);
    }

    /** Decodes only what the block refers to. */
    public static List<Target> targets(Id block, byte[] refs) throws PluginException {
        return table(new Decoder("Block " + block, refs));
    }

    private static List<Target> table(Decoder in) throws PluginException {
        int count = in.varint(MAX_TABLE);
        List<Target> table = new ArrayList<>(Math.min(count, in.remaining() / Id.LENGTH + 1));
        for (int i = 0; i < count; i++) {
            Id id = in.id();
            long length = in.varint();
            boolean map = (length & 1) == 1;
            if (length < 2 || !map && length >> 1 > PackFormat.MAX_CHUNK) {
                throw in.damaged("a chunk has an impossible length");
            }
            table.add(new Target(id, map, length >> 1));
        }
        return table;
    }

    private static List<Piece> pieces(Decoder in, List<Target> table) throws PluginException {
        int count = in.varint(MAX_PIECES);
        List<Piece> pieces = new ArrayList<>(Math.min(count, in.remaining() + 1));
        for (int i = 0; i < count; i++) {
            pieces.add(piece(in, table));
        }
        return pieces;
    }

    private static Piece piece(Decoder in, List<Target> table) throws PluginException {
        long v = in.varint();
        int kind = (int) v & 3;
        if (kind == 1 || kind == 2) {
            if (v < 4) {
                throw in.damaged("a stretch is empty");
            }
            return kind == 1 ? Piece.zero(v >> 2) : Piece.gap(v >> 2);
        }
        if (v >> 2 >= table.size()) {
            throw in.damaged("it refers to a chunk that it does not name");
        }
        Target target = table.get((int) (v >> 2));
        Piece all = new Piece(
                target.map() ? Piece.Kind.MAP : Piece.Kind.CHUNK, target.id(), target.length(), 0, target.length());
        if (kind == 0) {
            return all;
        }
        long offset = in.varint();
        long length = in.varint();
        if (target.map() || length < 1 || offset > target.length() || length > target.length() - offset) {
            throw in.damaged("a slice lies outside of its chunk");
        }
        return all.slice(offset, length);
    }
}
