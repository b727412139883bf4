package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Files in directories of a hundred, named so that their numbers are their order. */
final class GeneratedTree implements TreeSource {

    private static final int FILES_PER_DIRECTORY = 100;
    private static final long SECONDS_PER_DAY = 86_400;

    private final Generator generator;
    private final Shape shape;
    private final long today;
    private final Cancellation cancellation;

    GeneratedTree(Generator generator, Shape shape, long today, Cancellation cancellation) {
        this.generator = generator;
        this.shape = shape;
        this.today = today;
        this.cancellation = cancellation;
    }

    @Override
    public String name() {
        return "tree";
    }

    @Override
    public TreeWalk walk(SourceProblems problems) {
        return new Walk();
    }

    /** Root, then each directory followed by its files. */
    private final class Walk implements TreeWalk {
        private boolean rootGiven;
        private long nextFile;
        private boolean directoryGiven;

        @Override
        public @Nullable TreeEntry next() throws PluginException {
            cancellation.throwIfCancelled();
            if (!rootGiven) {
                rootGiven = true;
                return directory(EntryPath.ROOT);
            }
            if (nextFile >= shape.files()) {
                return null;
            }
            if (nextFile % FILES_PER_DIRECTORY == 0 && !directoryGiven) {
                directoryGiven = true;
                return directory(directoryOf(nextFile));
            }
            directoryGiven = false;
            return file(nextFile++);
        }

        @Override
        public void close() {}
    }

    private static EntryPath directoryOf(long file) {
        return EntryPath.of(String.format(Locale.ROOT, "directory-%06d", file / FILES_PER_DIRECTORY));
    }

    private static TreeEntry directory(EntryPath path) {
        return new TreeEntry(path, EntryKind.DIRECTORY, attributes(0, 0, 0755), EntryAttributes.NONE);
    }

    private TreeEntry file(long number) {
        String name = String.format(Locale.ROOT, "file-%08d", number);
        EntryPath path = directoryOf(number).resolve(name.getBytes(StandardCharsets.US_ASCII));
        long version = generator.version(number, today);
        byte[] signature = ByteBuffer.allocate(16)
                .putLong(generator.seed())
                .putLong(version)
                .array();
        long size = 1 + Long.remainderUnsigned(generator.part(number).seed(), shape.fileSize());
        return new TreeEntry(path, EntryKind.FILE, attributes(size, version * SECONDS_PER_DAY, 0644), signature);
    }

    private static EntryAttributes attributes(long size, long modified, int mode) {
        return new EntryAttributes(size, modified, 0, mode, 1000, 1000, EntryAttributes.NONE, 0, EntryAttributes.NONE);
    }

    @Override
    public FileContent open(TreeEntry entry) {
        String name = new String(entry.path().name(), StandardCharsets.US_ASCII);
        long number = Long.parseLong(name.substring(name.indexOf('-') + 1));
        // all blocks of a file are of its version: it changes as a whole
        Generator content = new Generator(generator.part(number).seed() + generator.version(number, today), 0);
        return new FileContent() {
            @Override
            public long size() {
                return entry.attributes().size();
            }

            @Override
            public int read(long offset, ByteBuffer target) throws PluginException {
                cancellation.throwIfCancelled();
                if (offset >= size()) {
                    return -1;
                }
                int count = (int) Math.min(target.remaining(), size() - offset);
                int limit = target.limit();
                target.limit(target.position() + count);
                content.fill(offset, target, 0);
                target.limit(limit);
                return count;
            }

            @Override
            public void close() {}
        };
    }
}
