package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.RestoreReport;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An open backup. */
public final class DefaultBackupReader implements BackupReader {

    private final BackupSummary summary;
    private final Manifest manifest;
    private final Manifest.Secrets secrets;
    private final BlockReader blocks;
    private final ChunkReader chunks;
    private final int workers;
    private final TransferContext context;
    private final Map<String, TreeReader> trees = new HashMap<>();

    /** A reader of a manifest whose sealed part was opened. */
    public DefaultBackupReader(
            BackupSummary summary,
            Manifest manifest,
            Manifest.Secrets secrets,
            BlockReader blocks,
            ChunkReader chunks,
            int workers,
            TransferContext context) {
        this.summary = summary;
        this.manifest = manifest;
        this.secrets = secrets;
        this.blocks = blocks;
        this.chunks = chunks;
        this.workers = workers;
        this.context = context;
    }

    @Override
    public BackupSummary summary() {
        return summary;
    }

    @Override
    public List<SourceInfo> sources() {
        List<SourceInfo> infos = new ArrayList<>();
        for (int i = 0; i < manifest.sources().size(); i++) {
            Manifest.SourceRefs refs = manifest.sources().get(i);
            if (!refs.document()) {
                infos.add(new SourceInfo(secrets.names().get(i), refs.shape(), refs.size()));
            }
        }
        return infos;
    }

    @Override
    public Map<String, byte[]> documents() throws PluginException {
        Map<String, byte[]> documents = new HashMap<>();
        for (int i = 0; i < manifest.sources().size(); i++) {
            Manifest.SourceRefs refs = manifest.sources().get(i);
            if (refs.document()) {
                documents.put(secrets.names().get(i), all(view(refs, context)));
            }
        }
        return documents;
    }

    /** One of the documents. */
    public Optional<byte[]> document(String name) throws PluginException {
        for (int i = 0; i < manifest.sources().size(); i++) {
            Manifest.SourceRefs refs = manifest.sources().get(i);
            if (refs.document() && secrets.names().get(i).equals(name)) {
                return Optional.of(all(view(refs, context)));
            }
        }
        return Optional.empty();
    }

    private static byte[] all(RandomReadable content) throws PluginException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(content.size(), 16 << 20)));
        if (bytes.hasRemaining()) {
            content.read(0, bytes);
        }
        return bytes.array();
    }

    @Override
    public List<Problem> problems() {
        return secrets.problems();
    }

    private int number(String source, SourceInfo.Shape... shapes) throws PluginException {
        for (int i = 0; i < manifest.sources().size(); i++) {
            Manifest.SourceRefs refs = manifest.sources().get(i);
            if (!refs.document() && secrets.names().get(i).equals(source)) {
                if (List.of(shapes).contains(refs.shape())) {
                    return i;
                }
                throw new PluginException(
                        ErrorKind.UNSUPPORTED,
                        "The source " + source + " is a " + refs.shape() + ", not what was asked for.");
            }
        }
        throw new PluginException(ErrorKind.NOT_FOUND, "The backup has no source " + source + ".");
    }

    private RandomReadable view(Manifest.SourceRefs refs, TransferContext with) {
        LayerMap map = new LayerMap(blocks, refs.layers());
        return new ContentView(locked(map::at), refs.size(), chunks, with);
    }

    private Mapping locked(Mapping mapping) {
        return (offset, with) -> {
            synchronized (blocks) {
                return mapping.at(offset, with);
            }
        };
    }

    @Override
    public RandomReadable openDisk(String source) throws PluginException {
        int number = number(source, SourceInfo.Shape.DISK, SourceInfo.Shape.STREAM);
        return view(manifest.sources().get(number), context);
    }

    /** The clear part of the manifest. */
    public Manifest manifest() {
        return manifest;
    }

    /** What all reads are done with that have no context of their own. */
    TransferContext context() {
        return context;
    }

    private Manifest.SourceRefs disk(String source) throws PluginException {
        return manifest.sources().get(number(source, SourceInfo.Shape.DISK));
    }

    /** The layers of a disk. */
    List<List<Manifest.BlockRef>> diskLayers(String source) throws PluginException {
        return disk(source).layers();
    }

    /** Its map, to be asked by {@link #mapped}. */
    LayerMap diskMap(String source) throws PluginException {
        return new LayerMap(blocks, disk(source).layers());
    }

    /** Asks a map of this backup. */
    LayerMap.Stretch mapped(Mapping mapping, long offset) throws PluginException {
        return locked(mapping).at(offset, context);
    }

    /** The content of a listing entry. */
    RandomReadable content(List<Piece> pieces, long size) {
        return new ContentView(locked(Mapping.of(pieces, blocks)), size, chunks, context);
    }

    TreeReader tree(String source) throws PluginException {
        int number = number(source, SourceInfo.Shape.TREE);
        synchronized (trees) {
            TreeReader tree = trees.get(source);
            if (tree == null) {
                tree = new TreeReader(
                        manifest.sources().get(number).layers().get(0),
                        secrets.firsts().get(number).get(0),
                        blocks,
                        chunks);
                trees.put(source, tree);
            }
            return tree;
        }
    }

    @Override
    public RandomReadable openFile(String source, EntryPath path) throws PluginException {
        Optional<TreeReader.Row> row = tree(source).find(path, context);
        if (row.isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "The backup has no " + path + " in " + source + ".");
        }
        return content(row.get().pieces(), row.get().entry().attributes().size());
    }

    ItemReader itemReader(String source) throws PluginException {
        int number = number(source, SourceInfo.Shape.ITEMS);
        return new ItemReader(manifest.sources().get(number).layers(), blocks, chunks);
    }

    @Override
    public InputStream openItem(String source, String itemId) throws PluginException {
        Optional<ItemReader.Row> row = itemReader(source).find(itemId, context);
        if (row.isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "The backup has no item " + itemId + " in " + source + ".");
        }
        return content(row.get(), context);
    }

    InputStream content(ItemReader.Row row, TransferContext with) {
        long start = row.item().metadataLength();
        long end = start + row.item().contentLength();
        return new ContentStream(
                new ContentView(locked(Mapping.of(row.pieces(), blocks)), end, chunks, with), start, end);
    }

    ItemChange change(ItemReader.Row row, TransferContext with) throws PluginException {
        ByteBuffer metadata = ByteBuffer.allocate(row.item().metadataLength());
        if (metadata.hasRemaining()) {
            new ContentView(locked(Mapping.of(row.pieces(), blocks)), metadata.capacity(), chunks, with)
                    .read(0, metadata);
        }
        return row.item().change(metadata.array());
    }

    @Override
    public InputStream openStream(String source) throws PluginException {
        RandomReadable content = view(manifest.sources().get(number(source, SourceInfo.Shape.STREAM)), context);
        return new ContentStream(content, 0, content.size());
    }

    @Override
    public Optional<TreeEntry> entry(String source, EntryPath path) throws PluginException {
        return tree(source).find(path, context).map(TreeReader.Row::entry);
    }

    @Override
    public List<TreeEntry> browse(String source, EntryPath directory, @Nullable EntryPath after, int limit)
            throws PluginException {
        return tree(source).children(directory, after, limit, context);
    }

    @Override
    public List<ItemChange> items(String source, @Nullable String after, int limit) throws PluginException {
        List<ItemChange> changes = new ArrayList<>();
        for (ItemReader.Row row : itemReader(source).after(after, limit, context)) {
            changes.add(change(row, context));
        }
        return changes;
    }

    private Fetch fetch(TransferContext with) {
        return new Fetch(
                chunks, workers, "holdfast-vault-restore-" + summary.id().session(), with);
    }

    /** Says that damaged packs were read correctly all the same. */
    private RestoreReport mended(RestoreReport report) {
        return report.withMendedPacks(chunks.packs().mendedPacks());
    }

    @Override
    public RestoreReport restoreDisk(String source, DiskTarget target, Progress progress, TransferContext with)
            throws PluginException {
        Manifest.SourceRefs refs = disk(source);
        LayerMap map = new LayerMap(blocks, refs.layers());
        progress.expect(0, 1);
        LongAdder bytes = new LongAdder();
        try (Fetch fetch = fetch(with)) {
            for (long at = 0; at < refs.size(); ) {
                LayerMap.Stretch stretch;
                synchronized (blocks) {
                    stretch = map.at(at, with);
                }
                if (stretch.piece().id() == null) {
                    progress.done(stretch.piece().length(), 0);
                } else {
                    fetch.want(stretch.piece(), new DiskSink(target, at, progress, bytes));
                }
                at = stretch.end();
            }
            fetch.finish();
        }
        target.complete();
        progress.done(0, 1);
        return mended(new RestoreReport(bytes.sum(), 1, 0, List.of()));
    }

    /** One place on a disk. What is lost ends the restore. */
    private record DiskSink(DiskTarget target, long at, Progress progress, LongAdder bytes) implements Fetch.Sink {
        @Override
        public void write(byte[] content, int offset, int length) throws PluginException {
            target.write(at, ByteBuffer.wrap(content, offset, length));
            bytes.add(length);
            progress.done(length, 0);
        }

        @Override
        public void lost(PluginException e) throws PluginException {
            throw new PluginException(e.kind(), "The disk is lost at offset " + at + ": " + e.getMessage(), e);
        }
    }

    @Override
    public RestoreReport restoreTree(
            String source, List<EntryPath> roots, TreeTarget target, Progress progress, TransferContext with)
            throws PluginException {
        TreeReader tree = tree(source);
        try (Fetch fetch = fetch(with)) {
            return mended(new TreeRestore(source, tree, blocks, target, fetch, progress, with).run(roots));
        }
    }

    @Override
    public RestoreReport restoreStream(String source, StreamTarget target, Progress progress, TransferContext with)
            throws PluginException {
        Manifest.SourceRefs refs = manifest.sources().get(number(source, SourceInfo.Shape.STREAM));
        progress.expect(0, 1);
        long bytes = 0;
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = new ContentStream(view(refs, with), 0, refs.size());
                OutputStream out = target.stream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                with.cancellation().throwIfCancelled();
                out.write(buffer, 0, n);
                bytes += n;
                progress.done(n, 0);
            }
        } catch (IOException e) {
            throw e.getCause() instanceof PluginException cause
                    ? cause
                    : new PluginException(
                            ErrorKind.UNAVAILABLE, "The stream could not be written: " + e.getMessage(), e);
        }
        target.complete();
        progress.done(0, 1);
        return mended(new RestoreReport(bytes, 1, 0, List.of()));
    }

    @Override
    public RestoreReport restoreItems(
            String source, Predicate<ItemChange> chosen, ItemTarget target, Progress progress, TransferContext with)
            throws PluginException {
        ItemReader items = itemReader(source);
        try (Threads threads =
                new Threads(workers, "holdfast-vault-restore-" + summary.id().session())) {
            ItemRestore restore = new ItemRestore(source, target, progress, threads, with);
            String after = null;
            while (true) {
                List<ItemReader.Row> page = items.after(after, 256, with);
                for (ItemReader.Row row : page) {
                    ItemChange item = change(row, with);
                    if (chosen.test(item)) {
                        restore.put(item, content(row, with), row.item().contentLength());
                    }
                }
                threads.await(with.cancellation());
                if (page.size() < 256) {
                    break;
                }
                after = page.get(page.size() - 1).item().id();
            }
            target.complete();
            return restore.report();
        }
    }

    @Override
    public void close() {
        chunks.close();
        synchronized (blocks) {
            blocks.close();
        }
    }
}
