package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one object into one path. Order: bytes into a file that nobody lists, fsync, link (or rename) to its name, fsync of
 * the directory. The name appears with all bytes behind it, or not at all.
 */
final class ObjectWriter {

    private static final Logger log = LoggerFactory.getLogger(ObjectWriter.class);
    private static final int PIECE = 1 << 18;

    private final StorePath path;
    private final SessionDirectory session;
    private final boolean hardLinks;
    private final BooleanSupplier closed;

    ObjectWriter(StorePath path, SessionDirectory session, boolean hardLinks, BooleanSupplier closed) {
        this.path = path;
        this.session = session;
        this.hardLinks = hardLinks;
        this.closed = closed;
    }

    void write(ObjectKey key, Content content, TransferContext context) throws PluginException {
        Path target = path.fileOf(key);
        try {
            if (linkSource(key, content, target)) {
                context.transferred(content.length());
                return;
            }
            Path temporary = session.newFile();
            try {
                copy(key, content, temporary, context);
                publish(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw alreadyExists(key);
        } catch (IOException e) {
            path.verify();
            throw IoFailures.classify(e, "store object " + key + " in " + target);
        }
    }

    static PluginException alreadyExists(ObjectKey key) {
        return new PluginException(
                ErrorKind.ALREADY_EXISTS,
                "cannot store object " + key + ": the key is taken; objects are never replaced");
    }

    /** Takes a staged file as it is, without copying, where it lies on the same file system. */
    private boolean linkSource(ObjectKey key, Content content, Path target) throws IOException, PluginException {
        Optional<Path> source = content.file();
        if (source.isEmpty() || !content.consumable() || !hardLinks || !sameDevice(source.get())) {
            return false;
        }
        long size = lengthOf(key, source.get());
        if (size != content.length()) {
            throw wrongLength(key, content.length(), "the file has " + size);
        }
        Durability.forceFile(source.get());
        try {
            publish(source.get(), target);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException e) {
            log.debug("cannot link {} to {}, copying it", source.get(), target, e);
            return false;
        }
        deleteSource(source.get());
        return true;
    }

    private static long lengthOf(ObjectKey key, Path source) throws PluginException {
        try {
            return Files.size(source);
        } catch (IOException e) {
            throw unreadable(key, e);
        }
    }

    private boolean sameDevice(Path source) {
        try {
            return Objects.equals(Files.getAttribute(source, "unix:dev"), Files.getAttribute(path.root(), "unix:dev"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private static void deleteSource(Path source) {
        try {
            Files.deleteIfExists(source);
        } catch (IOException e) {
            log.debug("stored, but the staged file {} could not be deleted", source, e);
        }
    }

    private void copy(ObjectKey key, Content content, Path temporary, TransferContext context)
            throws IOException, PluginException {
        Optional<byte[]> expected = content.sha256();
        MessageDigest digest = sha256();
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try (InputStream in = openContent(key, content)) {
                byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, content.length()))];
                long left = content.length();
                while (left > 0) {
                    context.cancellation().throwIfCancelled();
                    requireOpen(key);
                    int n = readContent(key, in, piece, (int) Math.min(piece.length, left));
                    if (n < 0) {
                        throw wrongLength(key, content.length(), "it ended after " + (content.length() - left));
                    }
                    digest.update(piece, 0, n);
                    writeAll(out, ByteBuffer.wrap(piece, 0, n));
                    left -= n;
                    context.transferred(n);
                }
                if (readContent(key, in, piece, 1) >= 0) {
                    throw wrongLength(key, content.length(), "there is more");
                }
            }
            if (expected.isPresent() && !MessageDigest.isEqual(expected.get(), digest.digest())) {
                throw new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "cannot store object " + key
                                + ": its bytes are not those that were announced (SHA-256 differs);"
                                + " staging or memory may be damaged");
            }
            context.cancellation().throwIfCancelled();
            out.force(true);
        }
    }

    private void requireOpen(ObjectKey key) throws PluginException {
        if (closed.getAsBoolean()) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "cannot store object " + key + ": the destination was closed");
        }
    }

    private static InputStream openContent(ObjectKey key, Content content) throws PluginException {
        try {
            return content.open();
        } catch (IOException e) {
            throw unreadable(key, e);
        }
    }

    /** Failures of the content are not ours: they are kept apart from those of the file system. */
    private static int readContent(ObjectKey key, InputStream in, byte[] target, int length) throws PluginException {
        try {
            return in.read(target, 0, length);
        } catch (IOException e) {
            throw unreadable(key, e);
        }
    }

    private static PluginException unreadable(ObjectKey key, IOException e) {
        return e.getCause() instanceof PluginException known
                ? known
                : new PluginException(
                        ErrorKind.INTERNAL,
                        "cannot store object " + key + ": its content cannot be read: " + e.getMessage(),
                        e);
    }

    private static PluginException wrongLength(ObjectKey key, long announced, String found) {
        return new PluginException(
                ErrorKind.INTERNAL,
                "cannot store object " + key + ": " + announced + " bytes were announced, but " + found);
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private void publish(Path file, Path target) throws IOException, PluginException {
        Path directory = Objects.requireNonNull(target.getParent());
        path.prepareDirectory(directory);
        try {
            name(file, target);
        } catch (NoSuchFileException e) {
            // somebody removed an empty directory by hand, or everything is gone
            path.verify();
            path.forgetDirectories();
            path.prepareDirectory(directory);
            name(file, target);
        }
        try {
            Durability.forceDirectory(directory);
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    private void name(Path file, Path target) throws IOException {
        if (hardLinks) {
            Files.createLink(target, file);
        } else {
            // exclusive by the claim that the caller holds
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
