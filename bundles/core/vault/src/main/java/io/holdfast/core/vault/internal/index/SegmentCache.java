package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.Leftovers;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local copies of segments in a directory, which may be lost or shared by processes at any time: a copy is complete when it has its name.
 * Small ones are held in memory, of the others only what narrows a look-up down. Copies of another version, and damaged ones, count as lost.
 * What a killed process has left unfinished is removed by the next that opens the directory, a day later.
 */
final class SegmentCache {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentCache.class);

    private static final String PART_PREFIX = ".";
    private static final String PART_SUFFIX = ".part";
    private static final int PORTION = 64 << 10;
    /** Up to this length a segment is held in memory, instead of an open file. */
    static final int SMALL = 8 << 10;

    private final Path directory;
    private final Objects objects;
    private final KeyRing keys;
    private final Opener opener;
    /** All that were opened and are still referred to, so that none outlives the vault. */
    private final Set<CopyFile> files = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private volatile boolean closed;
    /** Sessions share them. */
    private final Map<String, SegmentBytes> open = new ConcurrentHashMap<>();

    /** Opens files for writing. */
    interface Opener {
        FileOutputStream open(Path file) throws IOException;
    }

    SegmentCache(Path directory, Objects objects, KeyRing keys) {
        this(directory, objects, keys, file -> new FileOutputStream(file.toFile()));
    }

    SegmentCache(Path directory, Objects objects, KeyRing keys, Opener opener) {
        this.directory = directory;
        this.objects = objects;
        this.keys = keys;
        this.opener = opener;
        Leftovers.remove(directory, PART_PREFIX, PART_SUFFIX);
    }

    static String fileName(ObjectKey key) {
        return key.value().substring("index/".length());
    }

    /** A segment of that length, fetched if there is no copy; null if it has gone. */
    @Nullable
    Segment open(ObjectKey key, long size, TransferContext context) throws PluginException {
        SegmentBytes known = open.get(fileName(key));
        if (known == null || known.length() != size) {
            known = copy(key, size);
        }
        if (known == null) {
            known = fetch(key, context);
        }
        return known == null ? null : new Segment(key.value(), known);
    }

    private PluginException unusable(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return new PluginException(ErrorKind.CANCELLED, "Interrupted while the index was read.", e);
        }
        if (e instanceof NoSuchFileException) {
            return new PluginException(
                    ErrorKind.UNAVAILABLE,
                    "A file in the vault cache " + directory + " was removed while it was used: " + e.getMessage()
                            + ".",
                    e);
        }
        return new PluginException(
                ErrorKind.QUOTA,
                "The vault cache " + directory + " cannot be used: " + e.getMessage()
                        + ". See that it can be written and has room.",
                e);
    }

    /** A good copy; null if there is none. */
    private @Nullable SegmentBytes copy(ObjectKey key, long size) {
        Path file = directory.resolve(fileName(key));
        if (size > Segment.MAX_LENGTH) {
            return null;
        }
        try {
            SegmentBytes bytes = size <= SMALL ? small(key, file, size) : large(key, file, (int) size);
            if (bytes != null) {
                open.put(fileName(key), bytes);
            }
            return bytes;
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            return null;
        } catch (IOException | PluginException e) {
            LOG.warn("The local copy of {} is fetched again: {}", key, e.getMessage());
            return null;
        }
    }

    private @Nullable SegmentBytes small(ObjectKey key, Path file, long size) throws IOException {
        if (Files.size(file) != size) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        return Segment.authentic(keys, key, bytes) ? new HeldBytes(bytes) : null;
    }

    private @Nullable SegmentBytes large(ObjectKey key, Path file, int size) throws IOException, PluginException {
        CopyFile copy = CopyFile.open(key.value(), file, size);
        if (copy == null) {
            LOG.debug("The local copy of {} is damaged or of another version, and is fetched again", key);
            return null;
        }
        return shared(key, copy);
    }

    private SegmentBytes shared(ObjectKey key, CopyFile copy) throws PluginException, IOException {
        files.add(copy);
        try {
            return new SegmentCopy(copy, Segment.head(key.value(), copy), () -> again(key, copy.length()));
        } catch (PluginException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    /** A further file for a copy that somebody uses. */
    private CopyFile again(ObjectKey key, int size) throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.CANCELLED, "The vault was closed.");
        }
        try (Part part = new Part()) {
            receive(key, part, Contexts.uncancelled());
            CopyFile copy = part.open(key, size);
            part.rename(key);
            files.add(copy);
            return copy;
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.CANCELLED || e.kind() == ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            // callers look an id up, and must not take a refusal by the destination for one by what they read
            throw new PluginException(
                    ErrorKind.UNAVAILABLE,
                    "The local copy of " + key + " is damaged and could not be fetched again: " + e.getMessage()
                            + " If a collection has replaced that part of the index, the next attempt reads it anew.",
                    e);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Makes a copy; null if the segment has gone. */
    private @Nullable SegmentBytes fetch(ObjectKey key, TransferContext context) throws PluginException {
        try (Part part = new Part()) {
            receive(key, part, context);
            return part.complete(key);
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return null;
            }
            throw e;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** In small portions, since segments are large and many come at once. */
    private void receive(ObjectKey key, Part part, TransferContext context) throws PluginException, IOException {
        MacTail tail = new MacTail(keys.objectMac("", key.value()));
        byte[] portion = new byte[PORTION];
        try (InputStream in = objects.destination().read(key, 0, Segment.MAX_LENGTH + 1L, context)) {
            for (int n = read(in, portion); n >= 0; n = read(in, portion)) {
                tail.add(portion, n);
                part.writer.add(portion, n);
            }
        }
        if (!tail.matches()) {
            throw Decoder.damaged(key.value(), "its authentication code does not match");
        }
        part.finish(key);
    }

    private static int read(InputStream in, byte[] portion) throws PluginException {
        try {
            return in.read(portion);
        } catch (IOException e) {
            throw Objects.translate("read an index segment", e);
        }
    }

    /** Keeps a copy of a segment that this process has made, and opens it. */
    Segment adopt(ObjectKey key, byte[] bytes) throws PluginException {
        try (Part part = new Part()) {
            part.writer.add(bytes, bytes.length);
            part.finish(key);
            return new Segment(key.value(), part.complete(key));
        } catch (IOException e) {
            LOG.debug("Vault cache not writable, segment kept in memory", e);
            return new Segment(key.value(), bytes);
        }
    }

    /** A file that is being written; gone when it is closed, unless it has its name by then. */
    private final class Part implements AutoCloseable {

        final Path path;
        final FileOutputStream file;
        final BufferedOutputStream out;
        final CopyWriter writer;

        Part() throws IOException {
            Files.createDirectories(directory);
            path = Files.createTempFile(directory, PART_PREFIX, PART_SUFFIX);
            try {
                file = opener.open(path);
            } catch (IOException e) {
                Files.deleteIfExists(path);
                throw e;
            }
            out = new BufferedOutputStream(file, PORTION);
            writer = new CopyWriter(out);
        }

        void finish(ObjectKey key) throws IOException, PluginException {
            out.flush();
            if (writer.length() > SMALL) {
                writer.finish(key.value(), path);
                out.flush();
            }
            file.getFD().sync();
        }

        CopyFile open(ObjectKey key, int size) throws IOException {
            CopyFile copy = writer.length() == size ? CopyFile.open(key.value(), path, size) : null;
            if (copy == null) {
                throw new IOException("a copy that was just written cannot be read");
            }
            return copy;
        }

        /** Opens it and gives it its name. */
        SegmentBytes complete(ObjectKey key) throws IOException, PluginException {
            int size = writer.length();
            SegmentBytes bytes = size <= SMALL ? new HeldBytes(Files.readAllBytes(path)) : shared(key, open(key, size));
            rename(key);
            open.put(fileName(key), bytes);
            return bytes;
        }

        void rename(ObjectKey key) throws IOException {
            Path named = directory.resolve(fileName(key));
            Files.move(path, named, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void close() throws IOException {
            try {
                file.close(); // what is written is in the file: nothing is left in the buffer
            } finally {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Names of the copies, unfinished ones left out. */
    Set<String> names() {
        Set<String> names = new HashSet<>(open.keySet());
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> !name.startsWith("."))
                        .forEach(names::add);
            } catch (IOException e) {
                LOG.debug("The copies of index segments cannot be listed", e);
            }
        }
        return names;
    }

    /** Closes all files; look-ups fail from now on. */
    void close() {
        closed = true;
        List<CopyFile> all;
        synchronized (files) {
            all = new ArrayList<>(files);
        }
        for (CopyFile file : all) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("A copy of an index segment did not close", e);
            }
        }
    }

    /** Gives up copies of what is no more; who uses one still may go on. */
    void forget(Set<String> names) {
        for (String name : names) {
            open.remove(name);
            try {
                Files.deleteIfExists(directory.resolve(name));
            } catch (IOException e) {
                LOG.debug("An old copy of an index segment stays in the cache", e);
            }
        }
    }
}
