package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One directory of a destination, proven to be the right one. */
final class StorePath {

    /** What identifies a file as long as nobody replaces or mounts over it. */
    private record Identity(@Nullable Object fileKey, FileTime modified, long size) {
        static Identity of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Identity(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        }
    }

    private static final int MAX_KNOWN_DIRECTORIES = 200_000;

    private final Path root;
    private final Path objects;
    private final Marker marker;
    private final FileStore store;
    private final long reserve;
    private final AtomicLong inFlight = new AtomicLong();
    /** Directories whose names are durable up to the root. They are never removed, so this does not become wrong. */
    private final Set<Path> durableDirectories = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Object rootKey;
    private volatile Identity markerIdentity;

    private StorePath(Path root, Marker marker, FilesystemSettings settings) throws IOException {
        this.root = root;
        this.objects = root.resolve("objects");
        this.marker = marker;
        this.store = Files.getFileStore(root);
        this.reserve = settings.reserveOf(store.getTotalSpace());
        this.rootKey = keyOf(root);
        this.markerIdentity = Identity.of(Marker.fileIn(root));
    }

    /** Looks at a directory that was initialized before; every way in which it is not usable has its own message. */
    static StorePath open(Path root, FilesystemSettings settings, String applianceId) throws PluginException {
        StorePath path = ofAnybody(root, settings);
        if (!path.marker.applianceId().equals(applianceId)) {
            throw foreign(root, path.marker);
        }
        return path;
    }

    /** The same, whoever owns it. */
    static StorePath ofAnybody(Path root, FilesystemSettings settings) throws PluginException {
        if (!Files.exists(root)) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE,
                    "cannot open destination " + root + ": the directory does not exist; mount or restore it");
        }
        if (!Files.isDirectory(root)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "cannot open destination " + root + ": it is a file, not a directory");
        }
        Marker marker = Marker.read(root).orElseThrow(() -> notMounted(root));
        try {
            return new StorePath(root, marker, settings);
        } catch (IOException e) {
            throw IoFailures.classify(e, "open destination " + root);
        }
    }

    /** @throws PluginException {@code CORRUPT_DATA} if the directories that initialization made are not there */
    void requireDirectories() throws PluginException {
        if (!Files.isDirectory(objects) || !Files.isDirectory(sessions())) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    root + " has a marker, but its directories 'objects' and 'sessions' are not both there;"
                            + " it was changed by hand: restore them");
        }
    }

    private static PluginException notMounted(Path root) {
        return new PluginException(
                ErrorKind.UNAVAILABLE,
                root + " has no marker " + Marker.FILE_NAME
                        + ": the file system is not mounted there, or another one is;"
                        + " nothing was written. Mount the right one and try again");
    }

    private static PluginException foreign(Path root, Marker marker) {
        return new PluginException(
                ErrorKind.CONFLICT,
                root + " belongs to the appliance " + marker.applianceId()
                        + ", not to this one; two appliances must not"
                        + " share a destination. To take it over for good, add it again with 'adopt'");
    }

    /**
     * Proves, at the price of two looks at inodes, that what was opened is still there.
     *
     * @throws PluginException {@code UNAVAILABLE} if it was unmounted or moved away, {@code CONFLICT} if it was given to
     *     another appliance or got further paths
     */
    void verify() throws PluginException {
        try {
            Identity now = Identity.of(Marker.fileIn(root));
            Object key = keyOf(root);
            if (Objects.equals(key, rootKey) && now.equals(markerIdentity)) {
                return;
            }
            Marker present = Marker.read(root).orElseThrow(() -> notMounted(root));
            if (!present.applianceId().equals(marker.applianceId())) {
                throw foreign(root, present);
            }
            if (!present.equals(marker)) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "the destination in " + root + " was changed or replaced meanwhile; open it again");
            }
            rootKey = key;
            markerIdentity = now;
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw notMounted(root);
        } catch (IOException e) {
            throw IoFailures.classify(e, "look at destination " + root);
        }
    }

    private static @Nullable Object keyOf(Path directory) throws IOException {
        return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    }

    Path root() {
        return root;
    }

    Path objects() {
        return objects;
    }

    Path sessions() {
        return root.resolve("sessions");
    }

    Marker marker() {
        return marker;
    }

    FileStore store() {
        return store;
    }

    Path fileOf(ObjectKey key) {
        return KeyLayout.fileOf(objects, key);
    }

    /** The size of an object here. */
    Optional<Long> sizeOf(ObjectKey key) throws PluginException {
        Path file = fileOf(key);
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? Optional.of(attributes.size()) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw IoFailures.classify(e, "look at object " + key + " in " + file);
        }
    }

    long totalBytes() throws IOException {
        return store.getTotalSpace();
    }

    long reserveBytes() {
        return reserve;
    }

    /** What can still be stored: the reserve and what is being written now are taken off. */
    long availableBytes() throws IOException {
        return Math.max(0, store.getUsableSpace() - reserve - inFlight.get());
    }

    void beginWriting(long bytes) {
        inFlight.addAndGet(bytes);
    }

    void endWriting(long bytes) {
        inFlight.addAndGet(-bytes);
    }

    /**
     * Makes the directory of an object, durably up to {@code objects}. That one is never created here: where it is missing,
     * the file system is not mounted.
     */
    void prepareDirectory(Path directory) throws IOException {
        if (directory.equals(objects) || durableDirectories.contains(directory)) {
            return;
        }
        Path parent = Objects.requireNonNull(directory.getParent());
        prepareDirectory(parent);
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw new NotDirectoryException(directory.toString());
            }
        }
        // also when somebody else has created it: he may not have come to this line
        Durability.forceDirectory(parent);
        if (durableDirectories.size() >= MAX_KNOWN_DIRECTORIES) {
            durableDirectories.clear();
        }
        durableDirectories.add(directory);
    }

    /** Forgets what is known of directories, after one was found missing. */
    void forgetDirectories() {
        durableDirectories.clear();
    }
}
