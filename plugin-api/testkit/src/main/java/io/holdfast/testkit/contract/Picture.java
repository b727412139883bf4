package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemFeed;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import io.holdfast.spi.strategy.ExportSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything in an instance, read to the last byte and written down as lines that can be compared: one for each block of a
 * disk, entry of a tree, stream and item. Extents are not trusted: what they call zero or unchanged is read as well.
 *
 * @param lines by the name of the source
 */
record Picture(Map<String, List<String>> lines) {

    static final int BLOCK = 65_536;

    static Picture of(ExportSession session) throws PluginException, IOException {
        Map<String, List<String>> lines = new TreeMap<>();
        for (Source source : session.sources()) {
            lines.put(source.name(), linesOf(source));
        }
        return new Picture(lines);
    }

    static List<String> linesOf(Source source) throws PluginException, IOException {
        if (source instanceof DiskSource disk) {
            return ofDisk(disk);
        } else if (source instanceof TreeSource tree) {
            return ofTree(tree);
        } else if (source instanceof StreamSource stream) {
            try (InputStream in = stream.open()) {
                return List.of("stream " + hash(in));
            }
        } else if (source instanceof ItemSource items) {
            return ofItems(items);
        }
        throw new IllegalArgumentException("unknown shape " + source);
    }

    private static List<String> ofDisk(DiskSource disk) throws PluginException {
        List<String> lines = new ArrayList<>();
        try (RandomReadable content = disk.open()) {
            lines.add("size " + disk.size());
            for (long at = 0; at < disk.size(); at += BLOCK) {
                lines.add("block " + at + " " + hash(readFully(content, at, (int) Math.min(BLOCK, disk.size() - at))));
            }
        }
        return lines;
    }

    /** All bytes of a range; ends early only where the source does. */
    static ByteBuffer readFully(RandomReadable content, long offset, int length) throws PluginException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            int before = buffer.position();
            int n = content.read(offset + before, buffer);
            if (n < 0) {
                break;
            }
            if (n == 0 || buffer.position() != before + n) {
                throw new AssertionError(
                        "read returned " + n + " but moved the buffer by " + (buffer.position() - before));
            }
        }
        return buffer.flip();
    }

    private static List<String> ofTree(TreeSource tree) throws PluginException {
        List<String> lines = new ArrayList<>();
        for (TreeEntry entry : entries(tree)) {
            EntryAttributes a = entry.attributes();
            String line = String.join(
                    " ",
                    entry.kind().name(),
                    HexFormat.of().formatHex(entry.path().toBytes()),
                    "'" + entry.path() + "'",
                    Integer.toOctalString(a.mode()),
                    a.userId() + ":" + a.groupId(),
                    HexFormat.of().formatHex(a.linkTarget()));
            // a directory's time moves when a restore writes below it on some platforms; a link has none on others
            if (entry.kind() == EntryKind.FILE) {
                line += " " + a.size() + " bytes, " + a.modifiedSeconds() + " s";
            }
            lines.add(entry.hasContent() ? line + " " + hashOf(tree, entry) : line);
        }
        return lines;
    }

    static List<TreeEntry> entries(TreeSource tree) throws PluginException {
        List<TreeEntry> entries = new ArrayList<>();
        try (TreeWalk walk = tree.walk((path, kind, message) -> {
            throw new AssertionError("problem with " + path + ": " + kind + " " + message);
        })) {
            for (TreeEntry entry = walk.next(); entry != null; entry = walk.next()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static String hashOf(TreeSource tree, TreeEntry entry) throws PluginException {
        MessageDigest digest = sha256();
        try (RandomReadable content = tree.open(entry)) {
            for (long at = 0; at < content.size(); at += BLOCK) {
                digest.update(readFully(content, at, (int) Math.min(BLOCK, content.size() - at)));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<String> ofItems(ItemSource source) throws PluginException, IOException {
        Map<String, String> lines = new TreeMap<>();
        for (ItemChange item : items(source)) {
            if (item.deleted()) {
                lines.remove(item.id());
            } else {
                try (InputStream in = source.open(item)) {
                    // ids and versions are the service's own and differ after a restore
                    lines.put(item.id(), item.path() + " " + hash(in));
                }
            }
        }
        return lines.values().stream().sorted().toList();
    }

    static List<ItemChange> items(ItemSource source) throws PluginException {
        List<ItemChange> items = new ArrayList<>();
        try (ItemFeed feed = source.feed((path, kind, message) -> {
            throw new AssertionError("problem with " + path + ": " + kind + " " + message);
        })) {
            for (@Nullable ItemChange item = feed.next(); item != null; item = feed.next()) {
                items.add(item);
            }
        }
        return items;
    }

    /** All extents of a readable, asked for as the core does. */
    static List<Extent> extents(RandomReadable content) throws PluginException {
        List<Extent> all = new ArrayList<>();
        long at = 0;
        while (at < content.size()) {
            List<Extent> some = content.extents(at, content.size() - at);
            if (some.isEmpty()) {
                throw new AssertionError("no extents at " + at);
            }
            all.addAll(some);
            at = some.get(some.size() - 1).end();
        }
        return all;
    }

    private static String hash(ByteBuffer bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String hash(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[BLOCK];
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
            digest.update(piece, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
