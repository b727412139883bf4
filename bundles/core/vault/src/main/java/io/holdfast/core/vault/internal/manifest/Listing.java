package io.holdfast.core.vault.internal.manifest;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The sealed payloads of listing blocks, FORMAT.md sections 5.2 and 5.3. */
public final class Listing {

    private static final EntryKind[] KINDS = {
        EntryKind.FILE,
        EntryKind.DIRECTORY,
        EntryKind.SYMLINK,
        EntryKind.HARDLINK,
        EntryKind.FIFO,
        EntryKind.SOCKET,
        EntryKind.CHARACTER_DEVICE,
        EntryKind.BLOCK_DEVICE
    };
    private static final int MAX_PATH = 65_535;
    /** All paths of a block; they are shared in it, and not in memory. */
    private static final long MAX_PATHS = 64 << 20;

    private static final int MAX_EXTRA = 1 << 20;
    private static final int MAX_METADATA = 4 << 20;

    private Listing() {}

    /**
     * An item without content.
     *
     * @param id its id
     * @param path where people find it
     * @param version its version
     * @param attributes size and time
     * @param metadataLength how much of its pieces is metadata, at the front
     * @param contentLength what follows
     */
    public record Item(
            String id,
            EntryPath path,
            String version,
            EntryAttributes attributes,
            int metadataLength,
            long contentLength) {

        /** As the SPI has it. */
        public ItemChange change(byte[] metadata) {
            return new ItemChange(id, false, path, attributes, metadata, version);
        }
    }

    /**
     * An entry of a tree without content.
     *
     * @param entry as the SPI has it
     * @param changed whether it changed while it was read
     */
    public record Listed(TreeEntry entry, boolean changed) {}

    /** Appends a tree entry; {@code before} is the path of the entry before, empty for the first of a block. */
    public static void encode(Encoder out, TreeEntry entry, byte[] path, byte[] before, boolean changed) {
        int mismatch = Arrays.mismatch(path, before);
        int prefix = mismatch < 0 ? path.length : mismatch;
        out.varint(prefix).varint(path.length - prefix).raw(path, prefix, path.length - prefix);
        EntryAttributes a = entry.attributes();
        out.u8(kindCode(entry.kind())).u8(changed ? 1 : 0);
        out.varint(a.size()).u64(a.modifiedSeconds()).u32(a.modifiedNanos()).u16(a.mode());
        out.u32(a.userId() + 1).u32(a.groupId() + 1).u64(a.device());
        out.bytesVar(a.linkTarget()).bytesVar(a.extra());
    }

    private static int kindCode(EntryKind kind) {
        for (int i = 0; i < KINDS.length; i++) {
            if (KINDS[i] == kind) {
                return i;
            }
        }
        throw new IllegalArgumentException("unknown kind of entry " + kind);
    }

    /** The entries of a tree block. */
    public static List<Listed> decodeTree(Id block, byte[] payload, int count) throws PluginException {
        Decoder in = new Decoder("Block " + block, payload);
        List<Listed> entries = new ArrayList<>(count);
        byte[] path = new byte[0];
        long pathBytes = 0;
        for (int i = 0; i < count; i++) {
            int prefix = in.varint(path.length);
            byte[] rest = in.bytesVar(MAX_PATH - prefix);
            pathBytes += prefix + rest.length;
            if (pathBytes > MAX_PATHS) {
                throw in.damaged("its paths are too long");
            }
            byte[] joined = Arrays.copyOf(path, prefix + rest.length);
            System.arraycopy(rest, 0, joined, prefix, rest.length);
            path = joined;
            entries.add(treeEntry(in, path));
        }
        in.end();
        return entries;
    }

    private static Listed treeEntry(Decoder in, byte[] path) throws PluginException {
        int kind = in.u8();
        int flags = in.u8();
        if (kind >= KINDS.length || flags > 1) {
            throw in.damaged("an entry is of an unknown kind");
        }
        long size = in.varint();
        long seconds = in.i64();
        int nanos = in.u32(999_999_999);
        int mode = in.u16();
        int user = in.bits32() - 1;
        int group = in.bits32() - 1;
        long device = in.i64();
        byte[] link = in.bytesVar(MAX_PATH);
        byte[] extra = in.bytesVar(MAX_EXTRA);
        TreeEntry entry = new TreeEntry(
                path(in, path),
                KINDS[kind],
                new EntryAttributes(size, seconds, nanos, mode, user, group, link, device, extra),
                EntryAttributes.NONE);
        return new Listed(entry, flags == 1);
    }

    private static EntryPath path(Decoder in, byte[] path) throws PluginException {
        try {
            return EntryPath.of(path);
        } catch (IllegalArgumentException e) {
            throw in.damaged("an entry has an invalid path");
        }
    }

    /** Appends an item, or only its id if it is a tombstone. */
    public static void encode(Encoder out, byte[] id, Item item, boolean deleted) {
        out.bytesVar(id);
        if (!deleted) {
            out.bytesVar(item.path().toBytes()).bytesVar(item.version().getBytes(StandardCharsets.UTF_8));
            EntryAttributes a = item.attributes();
            out.varint(a.size()).u64(a.modifiedSeconds()).u32(a.modifiedNanos());
            out.varint(item.metadataLength()).varint(item.contentLength());
        }
    }

    /** The items of a block; tombstones have an empty version. */
    public static List<Item> decodeItems(Id block, byte[] payload, List<BlockRefs.Entry> refs) throws PluginException {
        Decoder in = new Decoder("Block " + block, payload);
        List<Item> items = new ArrayList<>(refs.size());
        for (BlockRefs.Entry ref : refs) {
            String id = new String(in.bytesVar(MAX_PATH), StandardCharsets.UTF_8);
            if (ref.deleted()) {
                items.add(new Item(id, EntryPath.ROOT, "", EntryAttributes.of(0, 0), 0, 0));
                continue;
            }
            EntryPath path = path(in, in.bytesVar(MAX_PATH));
            String version = new String(in.bytesVar(MAX_PATH), StandardCharsets.UTF_8);
            long size = in.varint();
            long seconds = in.i64();
            int nanos = in.u32(999_999_999);
            EntryAttributes attributes =
                    new EntryAttributes(size, seconds, nanos, 0, -1, -1, EntryAttributes.NONE, 0, EntryAttributes.NONE);
            items.add(new Item(id, path, version, attributes, in.varint(MAX_METADATA), in.varint()));
        }
        in.end();
        return items;
    }
}
