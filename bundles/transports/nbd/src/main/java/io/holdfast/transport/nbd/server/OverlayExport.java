package io.holdfast.transport.nbd.server;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdExtent;
import io.holdfast.transport.nbd.internal.server.ClusterMap;
import io.holdfast.transport.nbd.internal.server.ClusterMap.Run;
import io.holdfast.transport.nbd.internal.server.ClusterMap.State;
import io.holdfast.transport.nbd.internal.server.OverlayJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A writable disk on top of a read-only one: what is written goes, by clusters of 64 KiB, to a sparse file in a local directory, and
 * reads find it there. A journal beside it says which clusters are there.
 *
 * <p>After a crash of the process or of the machine, everything that a {@link #flush()} had acknowledged is there. Of later writes
 * each sector is old or new, as with a disk; a cluster that was only being copied up is read from below. A cluster is announced in the
 * journal only after its data are durable. The format is in the bundle's README.
 *
 * <p>Interrupting a thread inside of a method closes the files; every call fails then. Calls of {@link NbdServer} are not
 * interrupted.
 */
public final class OverlayExport implements NbdExport, AutoCloseable {

    private static final int BITS = 16;
    private static final int CLUSTER = 1 << BITS;
    private static final int STRIPES = 256;

    private final NbdExport base;
    private final FileChannel data;
    private final OverlayJournal journal;
    private final ClusterMap map;
    private final List<ReadWriteLock> stripes = IntStream.range(0, STRIPES)
            .<ReadWriteLock>mapToObj(it -> new ReentrantReadWriteLock())
            .toList();
    private final Object flushing = new Object();
    private final AtomicLong wanted = new AtomicLong();
    private long covered;
    private volatile @Nullable IOException failure;

    private OverlayExport(NbdExport base, FileChannel data, OverlayJournal journal, ClusterMap map) {
        this.base = base;
        this.data = data;
        this.journal = journal;
        this.map = map;
    }

    /**
     * Opens the overlay in a directory, or makes a new one if there is none.
     *
     * @param base what lies below; is only read. At most 128 TiB
     * @param identity says which base this is (a backup's id); an overlay over another base is refused
     * @param directory exists; holds {@code overlay.data} and {@code overlay.journal}
     * @throws PluginException {@code CONFLICT} if the overlay is open elsewhere or belongs to another base,
     *     {@code CORRUPT_DATA} if it is damaged beyond what a crash explains, {@code QUOTA}, {@code UNAVAILABLE}
     */
    public static OverlayExport open(NbdExport base, String identity, Path directory) throws PluginException {
        Path journalFile = directory.resolve("overlay.journal");
        Path dataFile = directory.resolve("overlay.data");
        if (base.size() > (long) Integer.MAX_VALUE << BITS) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "Open an overlay: the disk is larger than 128 TiB");
        }
        try {
            if (!Files.exists(journalFile)) {
                Files.deleteIfExists(dataFile); // left by a creation that was not finished
                Files.createFile(dataFile);
                OverlayJournal.create(journalFile, base.size(), BITS, identity);
            }
            var map = new ClusterMap((int) (base.size() + CLUSTER - 1 >> BITS));
            var journal = OverlayJournal.open(journalFile, base.size(), BITS, identity, map);
            try {
                var data = FileChannel.open(dataFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
                return new OverlayExport(base, data, journal, map);
            } catch (IOException e) {
                journal.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed("Open the overlay in " + directory, e);
        }
    }

    @Override
    public long size() {
        return base.size();
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws PluginException {
        long at = offset;
        while (into.hasRemaining()) {
            int cluster = (int) (at >> BITS);
            int count = (int) Math.min(into.remaining(), clusterEnd(cluster) - at);
            ByteBuffer part = into.slice(into.position(), count);
            Lock lock = stripe(cluster).readLock();
            lock.lock();
            try {
                readPart(cluster, at, part);
            } finally {
                lock.unlock();
            }
            into.position(into.position() + count);
            at += count;
        }
    }

    private void readPart(int cluster, long at, ByteBuffer part) throws PluginException {
        switch (map.get(cluster)) {
            case BASE -> base.read(at, part);
            case ZERO -> part.put(new byte[part.remaining()]);
            case DATA -> {
                try {
                    readFile(at, part);
                } catch (IOException e) {
                    throw failed("Read the overlay", e);
                }
            }
        }
    }

    private void readFile(long at, ByteBuffer part) throws IOException {
        for (long from = at; part.hasRemaining(); ) {
            int count = data.read(part, from);
            if (count < 0) {
                throw new IOException("its data file is shorter than its journal says");
            }
            from += count;
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) throws PluginException {
        long at = offset;
        while (from.hasRemaining()) {
            int cluster = (int) (at >> BITS);
            int count = (int) Math.min(from.remaining(), clusterEnd(cluster) - at);
            writePart(cluster, at, from.slice(from.position(), count));
            from.position(from.position() + count);
            at += count;
        }
    }

    private void writePart(int cluster, long at, ByteBuffer part) throws PluginException {
        checkFailure();
        Lock lock = stripe(cluster).writeLock();
        lock.lock();
        try {
            if (map.get(cluster) == State.DATA) {
                writeFile(at, part);
                return;
            }
            long start = (long) cluster << BITS;
            int length = (int) (clusterEnd(cluster) - start);
            ByteBuffer whole = part;
            if (part.remaining() < length) {
                whole = ByteBuffer.allocate(length);
                readPart(cluster, start, whole);
                whole.put((int) (at - start), part, part.position(), part.remaining())
                        .clear();
            }
            writeFile(start, whole);
            map.change(cluster, State.DATA);
        } catch (IOException e) {
            throw failed("Write the overlay", e);
        } finally {
            lock.unlock();
        }
    }

    private void writeFile(long at, ByteBuffer bytes) throws IOException {
        for (long to = at; bytes.hasRemaining(); ) {
            to += data.write(bytes, to);
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole) throws PluginException {
        long end = offset + length;
        for (long at = offset; at < end; ) {
            int cluster = (int) (at >> BITS);
            long stop = Math.min(end, clusterEnd(cluster));
            if (at == (long) cluster << BITS && stop == clusterEnd(cluster)) {
                zero(cluster);
            } else if (map.get(cluster) != State.ZERO) {
                writePart(cluster, at, ByteBuffer.allocate((int) (stop - at)));
            }
            at = stop;
        }
    }

    private void zero(int cluster) throws PluginException {
        checkFailure();
        Lock lock = stripe(cluster).writeLock();
        lock.lock();
        try {
            map.change(cluster, State.ZERO);
        } finally {
            lock.unlock();
        }
    }

    /** Whole clusters read as zeroes afterwards; their storage is not freed. */
    @Override
    public void trim(long offset, long length) throws PluginException {
        long end = offset + length;
        for (long at = offset + CLUSTER - 1 >> BITS << BITS;
                at < end && clusterEnd((int) (at >> BITS)) <= end;
                at += CLUSTER) {
            zero((int) (at >> BITS));
        }
    }

    @Override
    public void flush() throws PluginException {
        // a flush that began after this call covers it: those who wait for the disk share the next one
        long mine = wanted.incrementAndGet();
        synchronized (flushing) {
            checkFailure();
            if (covered >= mine) {
                return;
            }
            long begun = wanted.get();
            try {
                // the states first: a cluster that is announced must have been written before the data are made durable
                List<Run> changes = map.takeChanges();
                data.force(false);
                journal.append(changes);
                covered = begun;
            } catch (IOException e) {
                failure = e; // what the kernel has dropped, a second try would take for written
                throw failed("Flush the overlay", e);
            }
        }
    }

    @Override
    public List<NbdExtent> extents(long offset, long length) throws PluginException {
        int last = (int) (offset + length - 1 >> BITS);
        Run run = map.run((int) (offset >> BITS), last + 1);
        long end = Math.min(offset + length, clusterEnd(run.first() + run.count() - 1));
        return switch (run.state()) {
            case BASE -> base.extents(offset, end - offset);
            case DATA -> List.of(new NbdExtent(offset, end - offset, 0));
            case ZERO -> List.of(new NbdExtent(offset, end - offset, 3));
        };
    }

    /** Flushes and closes the files; what lies below stays open. */
    @Override
    public void close() throws PluginException {
        try (journal;
                data) {
            if (data.isOpen() && failure == null) {
                flush();
            }
        } catch (IOException e) {
            throw failed("Close the overlay", e);
        }
    }

    private ReadWriteLock stripe(int cluster) {
        return stripes.get(cluster % STRIPES);
    }

    private long clusterEnd(int cluster) {
        return Math.min((long) cluster + 1 << BITS, size());
    }

    private void checkFailure() throws PluginException {
        IOException earlier = failure;
        if (earlier != null) {
            throw failed("Write the overlay after a failed flush; take what can be read and start a new one", earlier);
        }
    }

    private static PluginException failed(String what, IOException e) {
        ErrorKind kind = ErrorKind.UNAVAILABLE;
        if (e instanceof OverlayJournal.Damaged || e instanceof NoSuchFileException) {
            kind = ErrorKind.CORRUPT_DATA;
        } else if (e instanceof OverlayJournal.Foreign || e instanceof FileAlreadyExistsException) {
            kind = ErrorKind.CONFLICT;
        } else if (String.valueOf(e.getMessage()).contains("No space left")) {
            kind = ErrorKind.QUOTA;
        }
        return new PluginException(kind, what + ": " + e.getMessage(), e);
    }
}
