package io.holdfast.core.vault;

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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A tree in memory that counts what is read of it. */
public class FakeTree implements TreeSource {

    public record Node(EntryKind kind, byte[] content, byte[] link, int version) {}

    public final TreeMap<EntryPath, Node> nodes = new TreeMap<>();
    public final AtomicInteger opened = new AtomicInteger();
    public final Set<EntryPath> unreadable = ConcurrentHashMap.newKeySet();
    public final Set<EntryPath> shrinking = ConcurrentHashMap.newKeySet();
    public final Set<EntryPath> changing = ConcurrentHashMap.newKeySet();
    public final Map<EntryPath, List<Extent>> extents = new ConcurrentHashMap<>();
    public boolean signatures = true;

    public FakeTree() {
        nodes.put(EntryPath.ROOT, new Node(EntryKind.DIRECTORY, new byte[0], new byte[0], 0));
    }

    public FakeTree dir(String path) {
        nodes.put(EntryPath.of(path), new Node(EntryKind.DIRECTORY, new byte[0], new byte[0], 0));
        return this;
    }

    public FakeTree file(String path, byte[] content) {
        return file(EntryPath.of(path), content);
    }

    public FakeTree file(EntryPath path, byte[] content) {
        Node before = nodes.get(path);
        nodes.put(path, new Node(EntryKind.FILE, content, new byte[0], before == null ? 1 : before.version() + 1));
        return this;
    }

    public FakeTree link(String path, EntryKind kind, String target) {
        nodes.put(EntryPath.of(path), new Node(kind, new byte[0], target.getBytes(), 0));
        return this;
    }

    @Override
    public String name() {
        return "root";
    }

    private TreeEntry entry(EntryPath path, Node node) {
        EntryAttributes attributes = new EntryAttributes(
                node.content().length, 1_700_000_000L + node.version(), 5, 0644, 7, 8, node.link(), 0, new byte[] {1, 2
                });
        byte[] signature =
                signatures && node.kind() == EntryKind.FILE ? new byte[] {(byte) node.version(), 1, 2, 3} : new byte[0];
        return new TreeEntry(path, node.kind(), attributes, signature);
    }

    public List<TreeEntry> entries() {
        List<TreeEntry> all = new ArrayList<>();
        nodes.forEach((path, node) -> all.add(entry(path, node)));
        return all;
    }

    @Override
    public TreeWalk walk(SourceProblems problems) {
        Iterator<TreeEntry> all = entries().iterator();
        return new TreeWalk() {
            @Override
            public TreeEntry next() {
                return all.hasNext() ? all.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FileContent open(TreeEntry entry) throws PluginException {
        opened.incrementAndGet();
        if (unreadable.contains(entry.path())) {
            throw new PluginException(ErrorKind.PERMISSION, "no");
        }
        byte[] all = nodes.get(entry.path()).content();
        byte[] content = shrinking.contains(entry.path()) ? Arrays.copyOf(all, all.length / 2) : all;
        return new FileContent() {
            @Override
            public long size() {
                return content.length;
            }

            @Override
            public boolean changedWhileRead() {
                return changing.contains(entry.path());
            }

            @Override
            public List<Extent> extents(long offset, long length) {
                List<Extent> known = extents.get(entry.path());
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
            public int read(long offset, ByteBuffer target) {
                if (offset >= content.length) {
                    return -1;
                }
                int n = (int) Math.min(target.remaining(), content.length - offset);
                target.put(content, (int) offset, n);
                return n;
            }

            @Override
            public void close() {}
        };
    }
}
