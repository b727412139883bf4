package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntrySealer;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A place where one pack after the other is filled. Under its lock an entry gets a number and room, then it is encrypted without it, since
 * that takes longest, and then written under it, in whatever order entries are ready. A pack that is full is sealed, without the lock, by
 * whoever writes the last entry that has room in it.
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

    /** Empty packs. */
    private final ArrayDeque<Open> spare = new ArrayDeque<>();

    private final Condition returned = lock.newCondition();
    /** Threads that begin or seal a pack without the lock. */
    private int outside;

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
        while (true) {
            lock.lock();
            try {
                checkOpen();
                Open pack = current == null ? next() : current;
                if (pack != null) {
                    EntryHeader head = pack.builder.reserve(type, flags, id, refs, length, raw);
                    pack.pending++;
                    busy.incrementAndGet();
                    pack.full = pack.builder.reserved() >= core.options().packBytes();
                    current = pack.full ? null : pack;
                    return new Place(pack, head);
                }
                outside++;
            } finally {
                lock.unlock();
            }
            create();
        }
    }

    private @Nullable Open next() {
        Open pack = spare.poll();
        if (pack != null) {
            unsealed.add(pack);
        }
        return pack;
    }

    /** Without the lock. If two threads do so at once, the second pack is used next. */
    private void create() throws PluginException {
        Open pack = null;
        try {
            Path file = staging.newFile();
            pack = new Open(
                    PackBuilder.create(
                            core.keys(), kind, session, file, core.runtime().random()),
                    file);
        } finally {
            back(pack);
        }
    }

    /** Somebody has done what needs no lock. */
    private void back(@Nullable Open created) {
        lock.lock();
        try {
            outside--;
            if (created != null) {
                spare.add(created);
            }
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @param sealed null if the entry could not be encrypted: the export fails, and the place stays empty */
    private void write(Place place, @Nullable EntrySealer sealed) throws PluginException {
        Open pack = place.pack();
        lock.lock();
        try {
            pack.pending--;
            busy.decrementAndGet();
            if (sealed == null) {
                return;
            }
            checkOpen();
            pack.builder.write(place.head(), sealed);
            if (!pack.full || pack.pending > 0) {
                return;
            }
            unsealed.remove(pack);
            outside++;
        } finally {
            lock.unlock();
        }
        try {
            seal(pack);
        } finally {
            back(null);
        }
    }

    private void checkOpen() throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.CANCELLED, "The export has ended.");
        }
    }

    private void seal(Open pack) throws PluginException {
        staging.sealed(pack.file, pack.builder.seal());
    }

    /** Seals what is open. Nothing may be appended at the same time. */
    void seal() throws PluginException {
        lock.lock();
        try {
            current = null;
            for (Open pack : List.copyOf(unsealed)) {
                unsealed.remove(pack);
                seal(pack);
            }
            discard(spare);
        } finally {
            lock.unlock();
        }
    }

    /** Whoever writes or seals at this moment comes to its end first, and nobody after it. */
    void drop() throws PluginException {
        lock.lock();
        try {
            closed = true;
            current = null;
            while (outside > 0) {
                returned.awaitUninterruptibly();
            }
            discard(unsealed);
            discard(spare);
        } finally {
            lock.unlock();
        }
    }

    private void discard(Collection<Open> packs) throws PluginException {
        for (Open pack : List.copyOf(packs)) {
            packs.remove(pack);
            pack.builder.close();
            staging.discard(pack.file);
        }
    }
}
