package io.holdfast.transport.nbd.internal.server;

import io.holdfast.transport.nbd.internal.server.ClusterMap.Run;
import io.holdfast.transport.nbd.internal.server.ClusterMap.State;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The append-only file that says which clusters of an overlay hold; its format is in the bundle's README. */
public final class OverlayJournal implements Closeable {

    /** The journal is not what was written, beyond what a crash explains. */
    public static final class Damaged extends IOException {
        private static final long serialVersionUID = 1L;

        Damaged(String message) {
            super(message);
        }
    }

    /** The journal belongs to something else, or somebody else has it open. */
    public static final class Foreign extends IOException {
        private static final long serialVersionUID = 1L;

        Foreign(String message) {
            super(message);
        }
    }

    static final int HEADER = 64;
    static final int RECORD = 32;
    private static final long MAGIC = 0x4846_4e42_444f_564cL; // HFNBDOVL
    private static final int VERSION = 1;
    private static final int RECORD_MAGIC = 0x4f56_4c52; // OVLR
    private static final int LAST = 0x100;
    private static final int BUFFER = 2048 * RECORD;

    private final FileChannel channel;
    private final byte[] header;
    private final int clusters;
    private long end = HEADER;
    private long batch;

    private OverlayJournal(FileChannel channel, byte[] header, int clusters) {
        this.channel = channel;
        this.header = header;
        this.clusters = clusters;
    }

    /** Makes a journal without records, all of it or nothing. */
    public static void create(Path file, long size, int clusterBits, String identity) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (var channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            write(channel, ByteBuffer.wrap(header(size, clusterBits, identity)), 0);
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (var directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** Opens a journal for this process alone and tells the map what it says. */
    public static OverlayJournal open(Path file, long size, int clusterBits, String identity, ClusterMap map)
            throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel);
            byte[] header = header(size, clusterBits, identity);
            ByteBuffer found = ByteBuffer.allocate(HEADER);
            read(channel, found, 0);
            if (!found.flip().equals(ByteBuffer.wrap(header))) {
                throw whose(found);
            }
            int clusters = (int) ((size + (1L << clusterBits) - 1) >> clusterBits);
            var journal = new OverlayJournal(channel, header, clusters);
            journal.replay(map);
            return journal;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() == null) {
                throw new Foreign("another process has it open");
            }
        } catch (OverlappingFileLockException e) {
            throw new Foreign("it is open already");
        }
    }

    private static IOException whose(ByteBuffer found) {
        boolean whole = found.remaining() == HEADER
                && found.getLong(0) == MAGIC
                && crc(new byte[0], found.array(), HEADER - 4) == found.getInt(HEADER - 4);
        return whole
                ? new Foreign("it was made for another base, size or version")
                : new Damaged("its header is not what was written");
    }

    private static byte[] header(long size, int clusterBits, String identity) {
        ByteBuffer header = ByteBuffer.allocate(HEADER)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(clusterBits)
                .putLong(size)
                .put(sha256(identity))
                .putInt(0);
        return header.putInt(crc(new byte[0], header.array(), HEADER - 4)).array();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static int crc(byte[] seed, byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(seed);
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Whole batches count; what follows the last one is an unfinished flush that was never acknowledged. */
    private void replay(ClusterMap map) throws IOException {
        var unfinished = new ArrayList<Run>();
        boolean torn = false;
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (long at = HEADER; at + RECORD <= channel.size(); ) {
            read(channel, buffer.clear(), at);
            buffer.flip();
            for (; buffer.remaining() >= RECORD; at += RECORD) {
                var bytes = new byte[RECORD];
                buffer.get(bytes);
                ByteBuffer record = ByteBuffer.wrap(bytes);
                if (!valid(record)) {
                    torn = true;
                    continue;
                }
                if (record.getLong(8) != batch + 1) {
                    throw new Damaged("records before byte " + at + " are not what was written");
                }
                unfinished.add(run(record));
                if (!torn && (record.getInt(4) & LAST) != 0) {
                    unfinished.forEach(map::restore);
                    unfinished.clear();
                    batch++;
                    end = at + RECORD;
                }
            }
        }
        channel.truncate(end);
        channel.force(true);
    }

    private boolean valid(ByteBuffer record) {
        int type = record.getInt(4) & ~LAST;
        long first = record.getLong(16);
        int count = record.getInt(24);
        return record.getInt(0) == RECORD_MAGIC
                && crc(header, record.array(), RECORD - 4) == record.getInt(RECORD - 4)
                && (type == 1 || type == 2)
                && first >= 0
                && count > 0
                && first <= clusters - (long) count;
    }

    private static Run run(ByteBuffer record) {
        State state = (record.getInt(4) & ~LAST) == 1 ? State.DATA : State.ZERO;
        return new Run((int) record.getLong(16), record.getInt(24), state);
    }

    /** Appends the changes of one flush and makes them durable. After a failure the journal must not be used any more. */
    public void append(List<Run> runs) throws IOException {
        if (runs.isEmpty()) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER, runs.size() * RECORD));
        long at = end;
        for (int i = 0; i < runs.size(); i++) {
            put(buffer, runs.get(i), i == runs.size() - 1);
            if (!buffer.hasRemaining() || i == runs.size() - 1) {
                int count = buffer.flip().remaining();
                write(channel, buffer, at);
                at += count;
                buffer.clear();
            }
        }
        channel.force(false);
        end = at;
        batch++;
    }

    private void put(ByteBuffer buffer, Run run, boolean last) {
        ByteBuffer record = ByteBuffer.allocate(RECORD)
                .putInt(RECORD_MAGIC)
                .putInt((run.state() == State.DATA ? 1 : 2) | (last ? LAST : 0))
                .putLong(batch + 1)
                .putLong(run.first())
                .putInt(run.count());
        buffer.put(record.putInt(crc(header, record.array(), RECORD - 4)).flip());
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        for (long to = at; bytes.hasRemaining(); ) {
            to += channel.write(bytes, to);
        }
    }

    private static void read(FileChannel channel, ByteBuffer into, long at) throws IOException {
        for (long from = at; into.hasRemaining(); ) {
            int count = channel.read(into, from);
            if (count < 0) {
                return;
            }
            from += count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
