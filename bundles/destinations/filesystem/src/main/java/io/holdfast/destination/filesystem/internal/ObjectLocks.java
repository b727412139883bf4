package io.holdfast.destination.filesystem.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks of objects. A locked file has the immutable attribute, and its time of modification is the time until which it is locked, with
 * a fraction of a second that marks it as such: so the time is kept with the object, and what protects the object protects it. While a lock
 * is prolonged, and after a crash in that moment, the mark alone still keeps this destination from deleting.
 */
final class ObjectLocks {

    private static final Logger log = LoggerFactory.getLogger(ObjectLocks.class);
    /** The fraction of the second; a real time of modification is like this once in a billion times. */
    private static final int MARK = 424_242_424;

    private final Clock clock;

    ObjectLocks(Clock clock) {
        this.clock = clock;
    }

    /** Tries in a directory, with a file that {@code name} gives, whether files can be locked, and the lock is one. */
    boolean work(Path probe) {
        if (!InodeFlags.supported()) {
            return false;
        }
        try {
            Files.createFile(probe);
            Instant until = clock.instant().plusSeconds(100L * 365 * 86_400);
            try {
                lock(probe, until);
                return locked(probe).filter(t -> !t.isBefore(until)).isPresent() && refuses(probe);
            } finally {
                release(probe);
                Files.deleteIfExists(probe);
            }
        } catch (IOException | UnsatisfiedLinkError | NoClassDefFoundError e) {
            log.debug("files in {} cannot be made immutable", probe.getParent(), e);
            return false;
        }
    }

    private static boolean refuses(Path probe) {
        try {
            Files.delete(probe);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Locks, or prolongs; an earlier time leaves the lock as it is. Rounded up to the second. */
    void lock(Path file, Instant until) throws IOException {
        Instant marked = Instant.ofEpochSecond(until.getEpochSecond() + (until.getNano() > MARK ? 1 : 0), MARK);
        Optional<Instant> present = marked(file);
        if (present.isPresent() && !present.get().isBefore(marked)) {
            InodeFlags.setImmutable(file, true);
            return;
        }
        InodeFlags.setImmutable(file, false);
        Files.setLastModifiedTime(file, FileTime.from(marked));
        InodeFlags.setImmutable(file, true);
        Durability.forceFile(file);
    }

    /** Until when a file is locked; empty if it is not, or not any more. */
    Optional<Instant> locked(Path file) throws IOException {
        return marked(file).filter(until -> until.isAfter(clock.instant()));
    }

    private static Optional<Instant> marked(Path file) throws IOException {
        Instant time = Files.getLastModifiedTime(file).toInstant();
        return time.getNano() == MARK ? Optional.of(time) : Optional.empty();
    }

    /** Makes a file deletable whose lock is over; one that never was locked is not touched. */
    void release(Path file) throws IOException {
        if (InodeFlags.supported() && marked(file).isPresent()) {
            InodeFlags.setImmutable(file, false);
        }
    }
}
