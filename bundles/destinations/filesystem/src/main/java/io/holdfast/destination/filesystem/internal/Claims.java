package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets one writer at a time put a key, for destinations where linking the file into its place is not enough: several paths
 * (the writers may choose different ones) and file systems without hard links.
 *
 * <p>A claim is a directory {@code claims/<hash of the key>} with one file in it, named after the session that holds it. It
 * appears by renaming a finished directory, which fails while another is there, and with its owner it dies: claims of dead
 * sessions are removed by whoever meets them. Removing names the dead session, so it cannot hit a newer claim.
 */
final class Claims {

    private static final long POLL_MILLIS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path claims;
    private final Path sessions;
    private final SessionDirectory session;
    private final String processToken;
    /** Keys being put through this object; enough where others cannot see whether we live. */
    private final Set<ObjectKey> local = ConcurrentHashMap.newKeySet();

    Claims(Path root, SessionDirectory session, String processToken) {
        this.claims = root.resolve("claims");
        this.sessions = root.resolve("sessions");
        this.session = session;
        this.processToken = processToken;
    }

    /** Waits until the key is ours. */
    void acquire(ObjectKey key, Cancellation cancellation) throws PluginException {
        long start = System.nanoTime();
        while (!tryAcquire(key)) {
            cancellation.throwIfCancelled();
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new PluginException(
                        ErrorKind.UNAVAILABLE,
                        "cannot store object " + key
                                + ": another writer has been storing it for a minute; try again later");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
    }

    private boolean tryAcquire(ObjectKey key) throws PluginException {
        if (!local.add(key)) {
            return false;
        }
        boolean acquired = false;
        try {
            acquired = !session.locked() || claim(claims.resolve(nameOf(key)));
            return acquired;
        } catch (IOException e) {
            throw IoFailures.classify(e, "claim object " + key + " in " + claims);
        } finally {
            if (!acquired) {
                local.remove(key);
            }
        }
    }

    private boolean claim(Path claim) throws IOException {
        Files.createDirectories(claims);
        Path prepared = Files.createDirectory(session.newFile());
        Path owner = Files.createFile(prepared.resolve(session.name()));
        try {
            Files.move(prepared, claim, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            Files.deleteIfExists(owner);
            Files.deleteIfExists(prepared);
            if (!Files.isDirectory(claim)) {
                // gone meanwhile, or a failure that the next attempt meets again
                return retryable(e);
            }
            removeIfDead(claim);
            return false;
        }
    }

    private static boolean retryable(FileSystemException e) throws FileSystemException {
        if (e instanceof NoSuchFileException
                || e.getReason() == null
                || e.getReason().contains("not empty")) {
            return false;
        }
        throw e;
    }

    private void removeIfDead(Path claim) throws IOException {
        try (DirectoryStream<Path> owners = Files.newDirectoryStream(claim)) {
            for (Path owner : owners) {
                if (!SessionDirectory.isAlive(sessions, owner.getFileName().toString(), processToken)) {
                    Files.deleteIfExists(owner);
                }
            }
        } catch (NoSuchFileException e) {
            // given back meanwhile
            return;
        }
    }

    /** Gives the key back. */
    void release(ObjectKey key) {
        try {
            if (session.locked()) {
                Path claim = claims.resolve(nameOf(key));
                Files.deleteIfExists(claim.resolve(session.name()));
                Files.deleteIfExists(claim);
            }
        } catch (IOException e) {
            // an empty claim hinders nobody, the next one is renamed over it; one that is left dies with this session
        } finally {
            local.remove(key);
        }
    }

    private static String nameOf(ObjectKey key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(key.value().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
