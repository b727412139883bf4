package io.holdfast.core.vault.bench;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A directory as source: for measurements. Files that occupy less than they are long are looked at in steps of 64 KiB. */
final class DirectoryTree implements TreeSource {

    private final Path root;

    DirectoryTree(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "root";
    }

    private record Node(Path file, EntryPath path) {}

    @Override
    public TreeWalk walk(SourceProblems problems) {
        ArrayDeque<Node> stack = new ArrayDeque<>();
        stack.push(new Node(root, EntryPath.ROOT));
        return new TreeWalk() {
            @Override
            public TreeEntry next() throws PluginException {
                while (!stack.isEmpty()) {
                    Node node = stack.pop();
                    try {
                        TreeEntry entry = entry(node);
                        if (entry.kind() == EntryKind.DIRECTORY) {
                            push(node, stack);
                        }
                        return entry;
                    } catch (IOException e) {
                        problems.report(node.path(), ErrorKind.NOT_FOUND, e.toString());
                    }
                }
                return null;
            }

            @Override
            public void close() {}
        };
    }

    private static void push(Node node, ArrayDeque<Node> stack) throws IOException {
        List<Node> children = new ArrayList<>();
        try (Stream<Path> files = Files.list(node.file())) {
            files.forEach(f -> children.add(
                    new Node(f, node.path().resolve(f.getFileName().toString().getBytes(StandardCharsets.UTF_8)))));
        }
        children.sort((a, b) -> b.path().compareTo(a.path()));
        children.forEach(stack::push);
    }

    private static TreeEntry entry(Node node) throws IOException {
        Map<String, Object> a = Files.readAttributes(
                node.file(), "unix:mode,size,ctime,lastModifiedTime,ino,uid,gid", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) a.get("mode");
        EntryKind kind =
                switch (mode & 0170000) {
                    case 0040000 -> EntryKind.DIRECTORY;
                    case 0120000 -> EntryKind.SYMLINK;
                    case 0100000 -> EntryKind.FILE;
                    default -> EntryKind.FIFO;
                };
        var modified = ((java.nio.file.attribute.FileTime) a.get("lastModifiedTime")).toInstant();
        byte[] link = kind == EntryKind.SYMLINK
                ? Files.readSymbolicLink(node.file()).toString().getBytes(StandardCharsets.UTF_8)
                : EntryAttributes.NONE;
        long size = kind == EntryKind.FILE ? (Long) a.get("size") : 0;
        EntryAttributes attributes = new EntryAttributes(
                size,
                modified.getEpochSecond(),
                modified.getNano(),
                mode & 07777,
                (Integer) a.get("uid"),
                (Integer) a.get("gid"),
                link,
                0,
                EntryAttributes.NONE);
        return new TreeEntry(
                node.path(), kind, attributes, (a.get("ctime") + "/" + a.get("ino") + "/" + size).getBytes());
    }

    @Override
    public FileContent open(TreeEntry entry) throws PluginException {
        try {
            Path file = root.resolve(entry.path().toString());
            FileChannel channel = FileChannel.open(file);
            boolean sparse = entry.attributes().size() > 64 << 20;
            return new OpenFile(
                    channel,
                    entry.attributes().size(),
                    sparse ? Holes.of(file, entry.attributes().size()) : null);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.NOT_FOUND, e.toString(), e);
        }
    }

    private record OpenFile(FileChannel channel, long size, List<Extent> known) implements FileContent {
        @Override
        public List<Extent> extents(long offset, long length) {
            if (known == null) {
                return List.of(new Extent(offset, length, Extent.State.DATA));
            }
            for (Extent e : known) {
                if (e.offset() <= offset && e.end() > offset) {
                    return List.of(new Extent(offset, Math.min(e.end(), offset + length) - offset, e.state()));
                }
            }
            throw new IllegalStateException();
        }

        @Override
        public int read(long offset, ByteBuffer target) throws PluginException {
            try {
                return channel.read(target, offset);
            } catch (IOException e) {
                throw new PluginException(ErrorKind.UNAVAILABLE, e.toString(), e);
            }
        }

        @Override
        public void close() throws PluginException {
            try {
                channel.close();
            } catch (IOException e) {
                throw new PluginException(ErrorKind.UNAVAILABLE, e.toString(), e);
            }
        }
    }
}
