package io.holdfast.testkit.fault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
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
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sources that go wrong by plan. */
final class FaultySources {

    private static final int STREAM_HINT = 1 << 16;

    private final Injection injection;

    FaultySources(Injection injection) {
        this.injection = injection;
    }

    Source over(Source source) {
        if (source instanceof DiskSource disk) {
            return new Disk(disk);
        } else if (source instanceof TreeSource tree) {
            return new Tree(tree);
        } else if (source instanceof StreamSource stream) {
            return new Stream(stream);
        } else if (source instanceof ItemSource items) {
            return new Items(items);
        }
        return source;
    }

    private final class Disk implements DiskSource {
        private final DiskSource disk;

        Disk(DiskSource disk) {
            this.disk = disk;
        }

        @Override
        public String name() {
            return disk.name();
        }

        @Override
        public long size() {
            return disk.size();
        }

        @Override
        public int granularity() {
            return disk.granularity();
        }

        @Override
        public RandomReadable open() throws PluginException {
            return new Readable(disk.name(), injection.call(Operation.READ_SOURCE, disk.name(), disk::open));
        }
    }

    /** Content, as a disk or as a file. */
    private final class Readable implements FileContent {
        private final String name;
        private final RandomReadable content;

        Readable(String name, RandomReadable content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public List<Extent> extents(long offset, long length) throws PluginException {
            return injection.call(Operation.READ_SOURCE, name, () -> content.extents(offset, length));
        }

        @Override
        public int read(long offset, ByteBuffer target) throws PluginException {
            Optional<Fault> fault = injection.plan().next(Operation.READ_SOURCE, name);
            if (fault.orElse(null) instanceof Fault.ShortensRead) {
                return -1;
            }
            int start = target.position();
            int n = injection.apply(fault, Operation.READ_SOURCE, name, () -> content.read(offset, target));
            if (n > 0 && fault.orElse(null) instanceof Fault.FlipsBit) {
                int victim = start + injection.plan().nextInt(n);
                target.put(victim, (byte)
                        (target.get(victim) ^ (1 << injection.plan().nextInt(8))));
            }
            return n;
        }

        @Override
        public boolean changedWhileRead() throws PluginException {
            return content instanceof FileContent file && file.changedWhileRead();
        }

        @Override
        public void close() throws PluginException {
            content.close();
        }
    }

    private final class Tree implements TreeSource {
        private final TreeSource tree;

        Tree(TreeSource tree) {
            this.tree = tree;
        }

        @Override
        public String name() {
            return tree.name();
        }

        @Override
        public TreeWalk walk(SourceProblems problems) throws PluginException {
            TreeWalk walk = tree.walk(problems);
            return new TreeWalk() {
                @Override
                public @Nullable TreeEntry next() throws PluginException {
                    injection.run(Operation.READ_SOURCE, tree.name(), () -> {});
                    return walk.next();
                }

                @Override
                public void close() {
                    walk.close();
                }
            };
        }

        @Override
        public FileContent open(TreeEntry entry) throws PluginException {
            String path = entry.path().toString();
            return new Readable(path, injection.call(Operation.READ_SOURCE, path, () -> tree.open(entry)));
        }
    }

    private final class Stream implements StreamSource {
        private final StreamSource stream;

        Stream(StreamSource stream) {
            this.stream = stream;
        }

        @Override
        public String name() {
            return stream.name();
        }

        @Override
        public InputStream open() throws PluginException {
            Optional<Fault> fault = injection.plan().next(Operation.READ_SOURCE, stream.name());
            InputStream in = injection.apply(fault, Operation.READ_SOURCE, stream.name(), stream::open);
            return injection.distort(fault, in, STREAM_HINT);
        }
    }

    private final class Items implements ItemSource {
        private final ItemSource items;

        Items(ItemSource items) {
            this.items = items;
        }

        @Override
        public String name() {
            return items.name();
        }

        @Override
        public ItemFeed feed(SourceProblems problems) throws PluginException {
            ItemFeed feed = items.feed(problems);
            return new ItemFeed() {
                @Override
                public boolean complete() {
                    return feed.complete();
                }

                @Override
                public @Nullable ItemChange next() throws PluginException {
                    injection.run(Operation.READ_SOURCE, items.name(), () -> {});
                    return feed.next();
                }

                @Override
                public void close() {
                    feed.close();
                }
            };
        }

        @Override
        public InputStream open(ItemChange item) throws PluginException {
            Optional<Fault> fault = injection.plan().next(Operation.READ_SOURCE, item.id());
            InputStream in = injection.apply(fault, Operation.READ_SOURCE, item.id(), () -> items.open(item));
            return injection.distort(fault, in, STREAM_HINT);
        }
    }
}
