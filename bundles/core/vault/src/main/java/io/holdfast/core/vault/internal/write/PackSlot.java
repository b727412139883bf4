package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntrySealer;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A place where one pack after the other is filled. Under its lock an entry gets a number and room, then it is encrypted without it, since
 * that takes longest, and then written under it, in whatever order entries are ready. A pack that is full is sealed by whoever writes the last
 * entry that has room in it.
 */
final class PackSlot {

    private final VaultCore core;
    private final byte[] session;
    private final Staging staging;
    private final Sealers sealers;
    private final int kind;
    private final ReentrantLock lock = new ReentrantLock();
    /** Packs that are not sealed yet: the one that takes entries, and full ones of which some are still being encrypted. */
    private final List<Open> unsealed = new ArrayList<>();

    private @Nullable Open current;
    private boolean closed;
    private final AtomicInteger busy = new AtomicInteger();

    private record Place(Open pack, EntryHeader head) {}

    /** A pack that is not sealed. */
    private static final class Open {
        final PackBuilder builder;
        final Path file;
        int pending;
        boolean full;

        Open(PackBuilder builder, Path file) {
            this.builder = builder;
            this.file = file;
        }
    }

    PackSlot(VaultCore core, byte[] session, Staging staging, Sealers sealers, int kind) {
        this.core = core;
        this.session = session;
        this.staging = staging;
        this.sealers = sealers;
        this.kind = kind;
    }

    /** How many entries are on their way into it. */
    int busy() {
        return busy.get();
    }

    void append(int type, int flags, Id id, byte[] refs, byte[] payload, int from, int length, int raw)
            throws PluginException {
        Place place = reserve(type, flags, id, refs.length, length, raw);
        EntrySealer sealed = null;
        try {
            EntrySealer sealer = sealers.take();
            place.pack().builder.encrypt(sealer, place.head(), refs, payload, from);
            sealed = sealer;
        } finally {
            write(place, sealed);
        }
        sealers.give(sealed);
    }

    private Place reserve(int type, int flags, Id id, int refs, int length, int raw) throws PluginException {
        lock.lock();
        try {
            checkOpen();
            Open pack = current;
            if (pack == null) {
                Path file = staging.newFile();
                pack = new Open(
                        PackBuilder.create(
                                core.keys(), kind, session, file, core.runtime().random()),
                        file);
                unsealed.add(pack);
                current = pack;
            }
            EntryHeader head = pack.builder.reserve(type, flags, id, refs, length, raw);
            pack.pending++;
            busy.incrementAndGet();
            if (pack.builder.reserved() >= core.options().packBytes()) {
                pack.full = true;
                current = null;
            }
            return new Place(pack, head);
        } finally {
            lock.unlock();
        }
    }

    /** @param sealed null if the entry could not be encrypted: the export fails, and the place stays empty */
    private void write(Place place, @Nullable EntrySealer sealed) throws PluginException {
        lock.lock();
        try {
            Open pack = place.pack();
            pack.pending--;
            busy.decrementAndGet();
            if (sealed != null) {
                checkOpen();
                pack.builder.write(place.head(), sealed);
                if (pack.full && pack.pending == 0) {
                    seal(pack);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.CANCELLED, "The export has ended.");
        }
    }

    private void seal(Open pack) throws PluginException {
        unsealed.remove(pack);
        staging.sealed(pack.file, pack.builder.seal());
    }

    /** Seals what is open. Nothing may be appended at the same time. */
    void seal() throws PluginException {
        lock.lock();
        try {
            for (Open pack : List.copyOf(unsealed)) {
                seal(pack);
            }
            current = null;
        } finally {
            lock.unlock();
        }
    }

    /** Whoever writes at this moment comes to its end first, and nobody after it. */
    void drop() throws PluginException {
        lock.lock();
        try {
            closed = true;
            current = null;
            for (Open pack : List.copyOf(unsealed)) {
                unsealed.remove(pack);
                pack.builder.close();
                staging.discard(pack.file);
            }
        } finally {
            lock.unlock();
        }
    }
}
