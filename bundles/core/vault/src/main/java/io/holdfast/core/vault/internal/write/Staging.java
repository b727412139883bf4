package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The staging directory of one session: sealed packs between export and store. Holds the export back when it is full.
 *
 * <p>A sealed pack is {@code <hash>.pack} with a note {@code <hash>.tab}. The pack goes when it was shipped, the note when an
 * index segment names the pack and the session has ended so that its segments count. So whatever is here after a crash is
 * either still to be shipped or to be indexed by the next session.
 */
final class Staging implements AutoCloseable {

    /** Asked while waiting; throws if there is no sense in it any more. */
    interface Guard {
        void check() throws PluginException;
    }

    private final Path directory;
    private final long limit;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final Guard guard;
    private final AtomicInteger counter = new AtomicInteger();
    private final ArrayDeque<SealedPack> ready = new ArrayDeque<>();
    private LongAdder sealedBytes = new LongAdder();
    private long staged;
    private boolean finished;
    private final List<Id> indexed = new ArrayList<>();

    Staging(Path directory, long limit, Guard guard) throws PluginException {
        this.directory = directory;
        this.limit = limit;
        this.guard = guard;
        try {
            Files.createDirectories(directory);
            lockChannel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock got = tryLock(lockChannel);
            if (got == null) {
                lockChannel.close();
                throw new PluginException(
                        ErrorKind.UNAVAILABLE,
                        "The session before still works in the staging directory " + directory
                                + ": it waits for its source or for the destination. It is tried again; if that source never"
                                + " answers, restart the node.");
            }
            lock = got;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private PluginException failed(IOException e) {
        return new PluginException(
                ErrorKind.QUOTA, "The staging directory " + directory + " cannot be used: " + e.getMessage(), e);
    }

    /** The session that worked here last; empty if there was none. */
    Optional<BackupId> lastSession() throws PluginException {
        Path file = directory.resolve("session");
        try {
            return Files.exists(file)
                    ? Optional.of(new BackupId(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Notes who works here now. */
    void begin(BackupId session) throws PluginException {
        try {
            Files.writeString(directory.resolve("session"), session.value());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * What an earlier session has left. Packs that are still here whole are queued to be shipped; torn ones are removed, and
     * so are those that must not be relied on: their name may be on the destination already, about to be deleted.
     *
     * @param distrusted packs that a collection may delete or that were lost
     * @param found gets what is queued
     * @return packs that are not here any more, so they may have arrived: to be looked for on the destination
     */
    List<SealedPack> recover(Set<Id> distrusted, java.util.function.Consumer<SealedPack> found) throws PluginException {
        List<SealedPack> shipped = new ArrayList<>();
        try {
            for (Path file : files()) {
                String name = file.getFileName().toString();
                if (name.startsWith("tmp-")) {
                    Files.deleteIfExists(file);
                } else if (name.endsWith(".tab")) {
                    recover(file, distrusted, shipped, found);
                }
            }
            for (Path file : files()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".pack") && !Files.exists(tab(name.substring(0, name.length() - 5)))) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
        return shipped;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private void recover(
            Path tab, Set<Id> distrusted, List<SealedPack> shipped, java.util.function.Consumer<SealedPack> found)
            throws IOException {
        SealedPack pack;
        try {
            pack = PackTab.decode(Files.readAllBytes(tab));
        } catch (PluginException e) {
            Files.delete(tab);
            return;
        }
        Path file = file(pack.id());
        if (!Files.exists(file)) {
            shipped.add(pack);
        } else if (!distrusted.contains(pack.id())
                && Files.size(file) == pack.size()
                && hash(file).equals(pack.id())) {
            found.accept(pack);
            enqueue(pack);
        } else {
            Files.delete(file);
            Files.delete(tab);
        }
    }

    private static Id hash(Path file) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return Id.of(digest.digest());
    }

    /** Waits until another pack may be begun. */
    void awaitRoom() throws PluginException {
        while (true) {
            guard.check();
            synchronized (this) {
                if (staged < limit) {
                    return;
                }
                pause();
            }
        }
    }

    private void pause() throws PluginException {
        try {
            wait(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
        }
    }

    /** A file for a new pack. */
    Path newFile() {
        return directory.resolve("tmp-" + counter.incrementAndGet());
    }

    /** A pack will not be completed. */
    void discard(Path file) throws PluginException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A pack is complete. */
    void sealed(Path file, SealedPack pack) throws PluginException {
        try {
            Path part = newFile();
            Files.write(part, PackTab.encode(pack));
            Files.move(file, file(pack.id()), StandardCopyOption.ATOMIC_MOVE);
            Files.move(part, tab(pack.id().hex()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(e);
        }
        sealedBytes.add(pack.size());
        enqueue(pack);
    }

    /** Counts the bytes of new packs. */
    void count(LongAdder counter) {
        sealedBytes = counter;
    }

    private synchronized void enqueue(SealedPack pack) {
        ready.add(pack);
        staged += pack.size();
        notifyAll();
    }

    /** The next pack to ship; null when all were given out and no more will come. */
    @Nullable
    SealedPack next(Guard waiting) throws PluginException {
        while (true) {
            waiting.check();
            synchronized (this) {
                SealedPack pack = ready.poll();
                if (pack != null || finished) {
                    return pack;
                }
                pause();
            }
        }
    }

    /** No more packs will come. */
    synchronized void finish() {
        finished = true;
        notifyAll();
    }

    /** A pack has arrived. */
    void shipped(SealedPack pack) throws PluginException {
        try {
            Files.deleteIfExists(file(pack.id()));
        } catch (IOException e) {
            throw failed(e);
        }
        synchronized (this) {
            staged -= pack.size();
            notifyAll();
        }
    }

    /** An index segment of this session names these packs. */
    synchronized void indexed(List<SealedPack> packs) {
        packs.forEach(pack -> indexed.add(pack.id()));
    }

    /** A pack of an earlier session is of no use. */
    void forget(SealedPack pack) throws PluginException {
        forget(pack.id());
    }

    private void forget(Id pack) throws PluginException {
        try {
            Files.deleteIfExists(tab(pack.hex()));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * The session is over on the destination too: the next one need not end it.
     *
     * @param believed whether its index segments count; otherwise the next session indexes the packs again
     */
    void ended(boolean believed) throws PluginException {
        if (believed) {
            for (Id pack : List.copyOf(indexed)) {
                forget(pack);
            }
        }
        try {
            Files.deleteIfExists(directory.resolve("session"));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    Path file(Id pack) {
        return directory.resolve(pack.hex() + ".pack");
    }

    private Path tab(String hash) {
        return directory.resolve(hash + ".tab");
    }

    @Override
    public void close() throws PluginException {
        try {
            lock.release();
            lockChannel.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
