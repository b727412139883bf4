package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemFeed;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sources of a frozen machine. */
final class FakeSources {

    private final FakeHypervisor hypervisor;
    private final Cancellation cancellation;

    private FakeSources(FakeHypervisor hypervisor, Cancellation cancellation) {
        this.hypervisor = hypervisor;
        this.cancellation = cancellation;
    }

    static List<Source> of(
            FakeHypervisor hypervisor,
            FakeMachine frozen,
            List<FakeMachine> live,
            Optional<String> since,
            Cancellation cancellation) {
        FakeSources made = new FakeSources(hypervisor, cancellation);
        List<Source> sources = new ArrayList<>();
        for (Map.Entry<String, FakeDisk> disk : frozen.disks().entrySet()) {
            long generation = live.stream()
                    .filter(machine -> machine.id().equals(frozen.id()) && since.isPresent())
                    .mapToLong(machine -> machine.generationAt(since.orElse(""), disk.getKey()))
                    .findFirst()
                    .orElse(-1);
            sources.add(made.new Disk(disk.getKey(), disk.getValue(), generation));
        }
        frozen.trees().forEach((name, tree) -> sources.add(made.new Tree(name, tree)));
        frozen.streams().forEach((name, bytes) -> sources.add(made.new Stream(name, bytes)));
        frozen.items().forEach((name, items) -> sources.add(made.new Items(name, items)));
        return List.copyOf(sources);
    }

    private void beforeRead() throws PluginException {
        cancellation.throwIfCancelled();
        hypervisor.perform(FakeHypervisor.Operation.READ);
    }

    private int read(byte[] bytes, long offset, ByteBuffer target) throws PluginException {
        beforeRead();
        if (offset >= bytes.length) {
            return -1;
        }
        int n = Math.min(target.remaining(), bytes.length - (int) offset);
        target.put(bytes, (int) offset, n);
        return n;
    }

    private final class Disk implements DiskSource {
        private final String name;
        private final FakeDisk disk;
        private final long since;

        Disk(String name, FakeDisk disk, long since) {
            this.name = name;
            this.disk = disk;
            this.since = since;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return disk.size();
        }

        @Override
        public int granularity() {
            return FakeDisk.BLOCK;
        }

        @Override
        public RandomReadable open() throws PluginException {
            beforeRead();
            return new RandomReadable() {
                @Override
                public long size() {
                    return disk.size();
                }

                @Override
                public List<Extent> extents(long offset, long length) throws PluginException {
                    beforeRead();
                    return disk.extents(offset, length, since);
                }

                @Override
                public int read(long offset, ByteBuffer target) throws PluginException {
                    return FakeSources.this.read(disk.bytes(), offset, target);
                }

                @Override
                public void close() {}
            };
        }
    }

    private final class Tree implements TreeSource {
        private final String name;
        private final NavigableMap<EntryPath, FakeFile> tree;

        Tree(String name, NavigableMap<EntryPath, FakeFile> tree) {
            this.name = name;
            this.tree = tree;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public TreeWalk walk(SourceProblems problems) {
            Iterator<Map.Entry<EntryPath, FakeFile>> entries = tree.entrySet().iterator();
            return new TreeWalk() {
                @Override
                public @Nullable TreeEntry next() throws PluginException {
                    beforeRead();
                    if (!entries.hasNext()) {
                        return null;
                    }
                    Map.Entry<EntryPath, FakeFile> entry = entries.next();
                    FakeFile file = entry.getValue();
                    return new TreeEntry(entry.getKey(), file.kind(), file.attributes(), EntryAttributes.NONE);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public FileContent open(TreeEntry entry) throws PluginException {
            FakeFile file = tree.get(entry.path());
            if (file == null) {
                throw new PluginException(ErrorKind.NOT_FOUND, "there is no file " + entry.path());
            }
            return new FileContent() {
                @Override
                public long size() {
                    return file.content().length;
                }

                @Override
                public int read(long offset, ByteBuffer target) throws PluginException {
                    return FakeSources.this.read(file.content(), offset, target);
                }

                @Override
                public void close() {}
            };
        }
    }

    private final class Stream implements StreamSource {
        private final String name;
        private final byte[] bytes;

        Stream(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public InputStream open() throws PluginException {
            beforeRead();
            return new ByteArrayInputStream(bytes);
        }
    }

    private final class Items implements ItemSource {
        private final String name;
        private final Map<String, FakeItem> items;

        Items(String name, Map<String, FakeItem> items) {
            this.name = name;
            this.items = items;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public ItemFeed feed(SourceProblems problems) {
            Iterator<FakeItem> all = items.values().iterator();
            return new ItemFeed() {
                @Override
                public boolean complete() {
                    return true;
                }

                @Override
                public @Nullable ItemChange next() throws PluginException {
                    beforeRead();
                    return all.hasNext() ? all.next().item() : null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public InputStream open(ItemChange item) throws PluginException {
            beforeRead();
            FakeItem found = items.get(item.id());
            if (found == null) {
                throw new PluginException(ErrorKind.NOT_FOUND, "item " + item.id() + " has vanished");
            }
            return new ByteArrayInputStream(found.content());
        }
    }
}
