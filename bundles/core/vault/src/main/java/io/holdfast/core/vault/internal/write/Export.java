package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.internal.chunk.Chunker;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.source.EntryPath;
import java.util.ArrayList;
import java.util.List;

/** What the exports of the four shapes share while one session exports. */
final class Export {

    private static final int MAX_PROBLEMS = 10_000;

    final WorkPool pool;
    final ChunkStore store;
    final Counters counters;
    final Progress progress;
    final VaultOptions options;
    final KeyRing keys;
    final Buffers buffers;
    final Predecessor previous;
    /** Whether what is exported is a backup, so that versions say nothing that its own listings do not say better. */
    final boolean copying;

    private final List<Problem> problems = new ArrayList<>();

    Export(
            WorkPool pool,
            ChunkStore store,
            Counters counters,
            Progress progress,
            VaultOptions options,
            KeyRing keys,
            Predecessor previous,
            boolean copying) {
        this.pool = pool;
        this.store = store;
        this.counters = counters;
        this.progress = progress;
        this.options = options;
        this.keys = keys;
        this.previous = previous;
        this.copying = copying;
        this.buffers = new Buffers(Math.max(options.maxChunkBytes(), 4 << 20));
    }

    Chunker chunker() {
        return new Chunker(keys.gear(), options.minChunkBytes(), options.averageChunkBytes(), options.maxChunkBytes());
    }

    /** Files below this size are grouped. */
    int small() {
        return Math.min(64 << 10, options.minChunkBytes());
    }

    void problem(String source, EntryPath path, ErrorKind kind, String message) {
        counters.problems.increment();
        synchronized (problems) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(new Problem(source, path, kind, message));
            }
        }
    }

    List<Problem> problems() {
        synchronized (problems) {
            return List.copyOf(problems);
        }
    }
}
