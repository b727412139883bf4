package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryPath;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Directories that get their attributes at the end, the last one first. They wait in a file, so that a tree of any number of
 * directories needs no memory.
 */
final class DirectoryQueue implements AutoCloseable {

    /** One directory. */
    record Waiting(EntryPath path, EntryAttributes attributes, boolean inherits) {}

    private final Path file;
    private final OutputStream out;
    private @Nullable RandomAccessFile in;
    private long end;

    DirectoryQueue(Path file) throws IOException {
        this.file = file;
        this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    /** Only before the first {@link #takeLast}. */
    void add(Waiting directory) throws IOException {
        ByteArrayOutputStream record = new ByteArrayOutputStream(128);
        DataOutputStream data = new DataOutputStream(record);
        EntryAttributes a = directory.attributes();
        byte[] path = directory.path().toBytes();
        data.writeInt(path.length);
        data.write(path);
        data.writeLong(a.modifiedSeconds());
        data.writeInt(a.modifiedNanos());
        data.writeInt(a.mode());
        data.writeInt(a.userId());
        data.writeInt(a.groupId());
        data.writeBoolean(directory.inherits());
        data.writeInt(a.extra().length);
        data.write(a.extra());
        data.writeInt(record.size());
        record.writeTo(out);
        end += record.size();
    }

    /** The last one that is left; null if none is. */
    @Nullable
    Waiting takeLast() throws IOException {
        if (in == null) {
            out.close();
            in = new RandomAccessFile(file.toFile(), "r");
        }
        if (end == 0) {
            return null;
        }
        in.seek(end - Integer.BYTES);
        int size = in.readInt();
        byte[] record = new byte[size];
        end -= size + Integer.BYTES;
        in.seek(end);
        in.readFully(record);
        DataInputStream data = new DataInputStream(new ByteArrayInputStream(record));
        EntryPath path = EntryPath.of(data.readNBytes(data.readInt()));
        long seconds = data.readLong();
        int nanos = data.readInt();
        int mode = data.readInt();
        int user = data.readInt();
        int group = data.readInt();
        boolean inherits = data.readBoolean();
        byte[] extra = data.readNBytes(data.readInt());
        return new Waiting(
                path,
                new EntryAttributes(0, seconds, nanos, mode, user, group, EntryAttributes.NONE, 0, extra),
                inherits);
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (in != null) {
            in.close();
        }
        Files.deleteIfExists(file);
    }
}
