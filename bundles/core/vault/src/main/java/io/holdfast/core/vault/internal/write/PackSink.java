package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The packs that are being filled. Several data packs at once, so that encryption is not the business of one thread. */
final class PackSink implements AutoCloseable {

    private static final byte[] NONE = new byte[0];

    private final VaultCore core;
    private final byte[] session;
    private final Staging staging;
    private final Slot[] data;
    private final Slot meta;

    /** One open pack. */
    private final class Slot {
        final ReentrantLock lock = new ReentrantLock();
        final int kind;

        @Nullable
        PackBuilder builder;

        @Nullable
        Path file;

        boolean closed;

        Slot(int kind) {
            this.kind = kind;
        }

        void append(int type, int flags, Id id, byte[] refs, byte[] payload, int from, int length, int raw)
                throws PluginException {
            if (closed) {
                throw new PluginException(ErrorKind.CANCELLED, "The export has ended.");
            }
            PackBuilder open = builder;
            if (open == null) {
                file = staging.newFile();
                open = PackBuilder.create(
                        core.keys(), kind, session, file, core.runtime().random());
                builder = open;
            }
            open.append(type, flags, id, refs, payload, from, length, raw);
            if (open.size() >= core.options().packBytes()) {
                seal();
            }
        }

        void seal() throws PluginException {
            PackBuilder open = builder;
            Path path = file;
            if (open != null && path != null) {
                builder = null;
                staging.sealed(path, open.seal());
            }
        }

        /** Whoever appends at this moment comes to its end first, and nobody after it. */
        void drop() throws PluginException {
            lock.lock();
            try {
                closed = true;
                PackBuilder open = builder;
                Path path = file;
                if (open != null && path != null) {
                    builder = null;
                    open.close();
                    staging.discard(path);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    PackSink(VaultCore core, byte[] session, Staging staging) {
        this.core = core;
        this.session = session;
        this.staging = staging;
        this.data = new Slot[1 + core.runtime().workers() / 4];
        for (int i = 0; i < data.length; i++) {
            data[i] = new Slot(PackFormat.DATA);
        }
        this.meta = new Slot(PackFormat.META);
    }

    /** Appends a chunk. */
    void data(int flags, Id id, byte[] payload, int from, int length, int raw) throws PluginException {
        staging.awaitRoom(); // before the lock: who waits for room holds up nobody
        Slot slot = lockOne();
        try {
            slot.append(PackFormat.CHUNK, flags, id, NONE, payload, from, length, raw);
        } finally {
            slot.lock.unlock();
        }
    }

    private Slot lockOne() {
        for (Slot slot : data) {
            if (slot.lock.tryLock()) {
                return slot;
            }
        }
        Slot slot = data[(int) (Thread.currentThread().getId() % data.length)];
        slot.lock.lock();
        return slot;
    }

    /** Appends a block. */
    void meta(int type, int flags, Id id, byte[] refs, byte[] payload, int length, int raw) throws PluginException {
        staging.awaitRoom();
        meta.lock.lock();
        try {
            meta.append(type, flags, id, refs, payload, 0, length, raw);
        } finally {
            meta.lock.unlock();
        }
    }

    /** Seals what is open. Nothing may be appended at the same time. */
    void finish() throws PluginException {
        for (Slot slot : data) {
            slot.seal();
        }
        meta.seal();
    }

    @Override
    public void close() throws PluginException {
        for (Slot slot : data) {
            slot.drop();
        }
        meta.drop();
    }
}
