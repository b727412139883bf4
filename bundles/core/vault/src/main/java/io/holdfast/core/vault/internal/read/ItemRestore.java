package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.RestoreReport;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.strategy.ItemTarget;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Restores items, several at once. */
final class ItemRestore {

    private static final int MAX_PROBLEMS = 10_000;

    private final String source;
    private final ItemTarget target;
    private final Progress progress;
    private final Threads threads;
    private final TransferContext context;
    private final List<Problem> problems = new ArrayList<>();
    private long bytes;
    private long entries;

    ItemRestore(String source, ItemTarget target, Progress progress, Threads threads, TransferContext context) {
        this.source = source;
        this.target = target;
        this.progress = progress;
        this.threads = threads;
        this.context = context;
    }

    void put(ItemChange item, InputStream content, long length) {
        threads.run(() -> {
            context.cancellation().throwIfCancelled();
            try {
                target.put(item, content);
                arrived(length);
            } catch (PluginException e) {
                switch (e.kind()) {
                    case PERMISSION, UNSUPPORTED, CORRUPT_DATA, NOT_FOUND, ALREADY_EXISTS -> problem(item, e);
                    default -> throw e;
                }
            }
            progress.done(length, 1);
        });
    }

    private synchronized void arrived(long length) {
        bytes += length;
        entries++;
    }

    private synchronized void problem(ItemChange item, PluginException e) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(source, item.path(), e.kind(), String.valueOf(e.getMessage())));
        }
    }

    synchronized RestoreReport report() {
        return new RestoreReport(bytes, entries, 0, problems);
    }
}
