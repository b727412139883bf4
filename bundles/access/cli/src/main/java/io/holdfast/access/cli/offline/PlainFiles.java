package io.holdfast.access.cli.offline;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;

/**
 * Disks, streams, items and documents as files of a directory. A file has its name when it is whole, {@code .partial} behind it
 * until then. Nothing that exists is replaced, but for documents, which are small and the same again.
 */
final class PlainFiles {

    /** Where documents go, below the target. */
    static final String DOCUMENTS = ".holdfast-documents";

    private static final String PARTIAL = ".partial";

    private final Path target;

    PlainFiles(Path target) {
        this.target = target;
    }

    /** A name as one that a file can have: slashes and control characters are replaced, and a dot at the start. */
    static String fileName(String name) {
        String safe = name.replaceAll("[/\\\\\\p{Cntrl}]", "_").replaceFirst("^\\.", "_");
        return safe.isEmpty() ? "_" : safe;
    }

    /** A raw image, sparse where the disk is. */
    DiskTarget disk(String name, long size) throws PluginException {
        Unfinished file = begin(target.resolve(fileName(name) + ".raw"));
        try {
            if (size > 0) {
                file.channel.write(ByteBuffer.allocate(1), size - 1);
            }
        } catch (IOException e) {
            file.close();
            throw failed("write " + file.path, e);
        }
        return new DiskTarget() {
            @Override
            public void write(long offset, ByteBuffer data) throws PluginException {
                file.write(offset, data);
            }

            @Override
            public void complete() throws PluginException {
                file.complete();
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }

    /** A file of that name. */
    StreamTarget stream(String name) throws PluginException {
        Unfinished file = begin(target.resolve(fileName(name)));
        return new StreamTarget() {
            @Override
            public OutputStream stream() {
                return new FilterOutputStream(Channels.newOutputStream(file.channel)) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        out.write(bytes, offset, length);
                    }

                    @Override
                    public void close() {
                        // the last byte is no completion yet
                    }
                };
            }

            @Override
            public void complete() throws PluginException {
                file.complete();
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }

    /** Items at their paths in a directory of the source's name; their properties in the service's encoding are left out. */
    ItemTarget items(String name) {
        Path directory = target.resolve(fileName(name));
        return new ItemTarget() {
            @Override
            public void put(ItemChange item, InputStream content) throws PluginException {
                try (Unfinished file = begin(place(directory, item))) {
                    try {
                        content.transferTo(Channels.newOutputStream(file.channel));
                    } catch (IOException e) {
                        if (e.getCause() instanceof PluginException known) {
                            throw known;
                        }
                        throw failed("write " + file.path, e);
                    }
                    file.complete();
                }
            }

            @Override
            public void complete() {
                // each item is whole already
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    /** Two items of a service may have one path: the second gets the hash of its id, so that a repetition finds the same names. */
    private static synchronized Path place(Path directory, ItemChange item) {
        Path place = directory;
        for (String segment : item.path().toString().split("/", -1)) {
            place = place.resolve(fileName(segment));
        }
        if (!Files.exists(place) && !Files.exists(partial(place))) {
            return place;
        }
        return place.resolveSibling(
                place.getFileName() + "~" + Integer.toHexString(item.id().hashCode()));
    }

    void documents(Map<String, byte[]> documents) throws IOException {
        if (documents.isEmpty()) {
            return;
        }
        Path directory = Files.createDirectories(target.resolve(DOCUMENTS));
        for (Map.Entry<String, byte[]> document : documents.entrySet()) {
            Files.write(directory.resolve(fileName(document.getKey())), document.getValue());
        }
    }

    private static Path partial(Path path) {
        return path.resolveSibling(path.getFileName() + PARTIAL);
    }

    private static Unfinished begin(Path path) throws PluginException {
        Path partial = partial(path);
        try {
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            if (Files.exists(path)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            return new Unfinished(
                    path,
                    partial,
                    FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.SPARSE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw failed("make " + path, e);
        }
    }

    static PluginException failed(String what, IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "cannot " + what + ": " + e.getMessage() + " exists; choose another target or move it away",
                    e);
        }
        ErrorKind kind = e instanceof AccessDeniedException ? ErrorKind.PERMISSION : ErrorKind.UNAVAILABLE;
        return new PluginException(kind, "cannot " + what + ": " + e.getMessage(), e);
    }

    /** A file that has not its final name yet; closing it without completion removes it. */
    private static final class Unfinished implements AutoCloseable {
        private final Path path;
        private final Path partial;
        private final FileChannel channel;

        Unfinished(Path path, Path partial, FileChannel channel) {
            this.path = path;
            this.partial = partial;
            this.channel = channel;
        }

        void write(long offset, ByteBuffer data) throws PluginException {
            try {
                long at = offset;
                while (data.hasRemaining()) {
                    at += channel.write(data, at);
                }
            } catch (IOException e) {
                throw failed("write " + path, e);
            }
        }

        void complete() throws PluginException {
            try {
                channel.force(true);
                channel.close();
                Files.move(partial, path);
            } catch (IOException e) {
                throw failed("complete " + path, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
                Files.deleteIfExists(partial);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("cannot remove " + partial + "; delete it by hand", e);
            }
        }
    }
}
