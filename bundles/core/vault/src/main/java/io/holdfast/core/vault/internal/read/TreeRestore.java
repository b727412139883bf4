package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.RestoreReport;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Restores a tree or parts of it: entries in order, content in parallel. For one thread. */
final class TreeRestore {

    private static final int OPEN_FILES = 256;
    private static final int MAX_PROBLEMS = 10_000;

    private final String source;
    private final TreeReader tree;
    private final BlockReader blocks;
    private final TreeTarget target;
    private final Progress progress;
    private final TransferContext context;
    private final Fetch fetch;
    private final Semaphore open = new Semaphore(OPEN_FILES);
    private final LongAdder bytes = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<EntryPath> above = new HashSet<>();

    TreeRestore(
            String source,
            TreeReader tree,
            BlockReader blocks,
            TreeTarget target,
            Fetch fetch,
            Progress progress,
            TransferContext context) {
        this.source = source;
        this.tree = tree;
        this.blocks = blocks;
        this.target = target;
        this.fetch = fetch;
        this.progress = progress;
        this.context = context;
    }

    RestoreReport run(List<EntryPath> roots) throws PluginException {
        EntryPath done = null;
        for (EntryPath root : new TreeSet<>(roots.isEmpty() ? List.of(EntryPath.ROOT) : roots)) {
            if (done == null || !root.startsWith(done)) {
                restore(root);
                done = root;
            }
        }
        fetch.finish();
        target.complete();
        return new RestoreReport(bytes.sum(), entries.sum(), skipped.sum(), problems);
    }

    private void restore(EntryPath root) throws PluginException {
        if (!root.isRoot() && tree.find(root, context).isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "The backup has no " + root + " in " + source + ".");
        }
        ancestors(root);
        for (int number = tree.blockCount() == 0 ? 0 : tree.blockOf(root); number < tree.blockCount(); number++) {
            context.cancellation().throwIfCancelled();
            for (TreeReader.Row row : rows(number)) {
                EntryPath path = row.entry().path();
                if (path.startsWith(root)) {
                    one(row);
                } else if (path.compareTo(root) > 0) {
                    return;
                }
            }
        }
    }

    private List<TreeReader.Row> rows(int number) throws PluginException {
        try {
            return tree.rows(number, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            problem(EntryPath.ROOT, e.kind(), "A part of the listing is lost: " + e.getMessage());
            return List.of();
        }
    }

    private void ancestors(EntryPath root) throws PluginException {
        List<EntryPath> chain = new ArrayList<>();
        for (Optional<EntryPath> p = root.parent(); p.isPresent(); p = p.get().parent()) {
            chain.add(0, p.get());
        }
        for (EntryPath path : chain) {
            Optional<TreeReader.Row> row = above.add(path) ? tree.find(path, context) : Optional.empty();
            if (row.isPresent()) {
                one(row.get());
            }
        }
    }

    private void one(TreeReader.Row row) throws PluginException {
        TreeEntry entry = row.entry();
        try {
            if (entry.kind() != EntryKind.FILE) {
                (target.add(entry) ? entries : skipped).increment();
                progress.done(0, 1);
                return;
            }
            Optional<DiskTarget> file = openFile(entry);
            if (file.isEmpty()) {
                skipped.increment();
                progress.done(entry.attributes().size(), 1);
                return;
            }
            content(row, new Job(entry, file.get()));
        } catch (PluginException e) {
            tolerate(entry.path(), e);
        }
    }

    private Optional<DiskTarget> openFile(TreeEntry entry) throws PluginException {
        acquire();
        Optional<DiskTarget> file = Optional.empty();
        try {
            file = target.openFile(entry);
            return file;
        } finally {
            if (file.isEmpty()) {
                open.release();
            }
        }
    }

    private void acquire() throws PluginException {
        if (open.tryAcquire()) {
            return;
        }
        fetch.flush();
        try {
            while (!open.tryAcquire(200, TimeUnit.MILLISECONDS)) {
                fetch.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
        }
    }

    private void content(TreeReader.Row row, Job job) throws PluginException {
        try {
            Mapping mapping = Mapping.of(row.pieces(), blocks);
            long size = row.entry().attributes().size();
            for (long at = 0; at < size; ) {
                LayerMap.Stretch stretch;
                synchronized (blocks) {
                    stretch = mapping.at(at, context);
                }
                if (stretch.piece().id() != null) {
                    job.left.incrementAndGet();
                    fetch.want(stretch.piece(), new FileSink(job, at));
                } else {
                    progress.done(stretch.piece().length(), 0);
                }
                at = stretch.end();
            }
        } catch (PluginException e) {
            job.failed(e);
        }
        job.arrived();
    }

    private void tolerate(EntryPath path, PluginException e) throws PluginException {
        switch (e.kind()) {
            case PERMISSION, UNSUPPORTED, CORRUPT_DATA, NOT_FOUND, ALREADY_EXISTS ->
                problem(path, e.kind(), String.valueOf(e.getMessage()));
            default -> throw e;
        }
    }

    private void problem(EntryPath path, ErrorKind kind, String message) {
        synchronized (problems) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(new Problem(source, path, kind, message == null ? kind.name() : message));
            }
        }
    }

    /** A file being written; complete when everything has arrived. */
    private final class Job {
        private final TreeEntry entry;
        private final DiskTarget file;
        private final AtomicInteger left = new AtomicInteger(1);
        private volatile boolean bad;

        Job(TreeEntry entry, DiskTarget file) {
            this.entry = entry;
            this.file = file;
        }

        void failed(PluginException e) throws PluginException {
            if (!bad) {
                bad = true;
                tolerate(entry.path(), e);
            }
        }

        void arrived() throws PluginException {
            if (left.decrementAndGet() > 0) {
                return;
            }
            try (file) {
                if (!bad) {
                    file.complete();
                    entries.increment();
                }
            } catch (PluginException e) {
                failed(e);
            } finally {
                open.release();
                progress.done(0, 1);
            }
        }
    }

    /** One place in a file. */
    private final class FileSink implements Fetch.Sink {
        private final Job job;
        private final long at;

        FileSink(Job job, long at) {
            this.job = job;
            this.at = at;
        }

        @Override
        public void write(byte[] content, int offset, int length) throws PluginException {
            try {
                if (!job.bad) {
                    job.file.write(at, ByteBuffer.wrap(content, offset, length));
                    bytes.add(length);
                    progress.done(length, 0);
                }
            } catch (PluginException e) {
                job.failed(e);
            }
            job.arrived();
        }

        @Override
        public void lost(PluginException e) throws PluginException {
            job.failed(e);
            job.arrived();
        }
    }
}
