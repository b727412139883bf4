package io.holdfast.destination.filesystem.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one open destination keeps its unfinished files, below {@code sessions/} of a path. A locked file in it tells
 * everybody that its owner lives: what is not locked was left by a dead process and is swept, however old it is.
 *
 * <p>A POSIX lock is lost when its process closes any other descriptor of the file, so the lock files of the own process are
 * never opened a second time: directories of this process count as living.
 */
final class SessionDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SessionDirectory.class);
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lockFile;
    private final boolean locked;
    private final AtomicLong counter = new AtomicLong();

    private SessionDirectory(Path directory, FileChannel lockFile, boolean locked) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.locked = locked;
    }

    /** Differs between any two processes of a host, and, but for wonders, between any two of several hosts. */
    static String tokenOfThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        Instant start = self.info().startInstant().orElse(Instant.EPOCH);
        return self.pid() + "-" + Long.toString(start.toEpochMilli(), Character.MAX_RADIX);
    }

    /** Makes a new session. */
    static SessionDirectory create(Path sessions, FilesystemDestinationType.Surroundings surroundings)
            throws IOException {
        while (true) {
            Path directory = sessions.resolve(
                    surroundings.processToken() + "_" + surroundings.ids().get());
            Files.createDirectory(directory);
            Optional<SessionDirectory> session =
                    take(directory, !surroundings.restrictions().noLocks());
            if (session.isPresent()) {
                return session.get();
            }
        }
    }

    /** Empty if somebody swept the directory between its creation and the lock. */
    private static Optional<SessionDirectory> take(Path directory, boolean useLocks) throws IOException {
        Path file = directory.resolve(LOCK);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            return Optional.empty();
        }
        boolean locked = false;
        boolean swept = false;
        try {
            locked = useLocks && channel.tryLock() != null;
            swept = useLocks && !locked;
        } catch (IOException e) {
            log.debug("no locks in {}", directory, e);
        }
        if (swept || !Files.exists(file)) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new SessionDirectory(directory, channel, locked));
    }

    /** Whether others can see that this session lives. */
    boolean locked() {
        return locked;
    }

    /** The name that others know this session by. */
    String name() {
        return directory.getFileName().toString();
    }

    /** A name for an unfinished file, never given twice. */
    Path newFile() {
        return directory.resolve(Long.toString(counter.incrementAndGet()));
    }

    /** Whether the owner of a session may still be at work. */
    static boolean isAlive(Path sessions, String name, String processToken) throws IOException {
        if (name.startsWith(processToken + "_")) {
            return true;
        }
        Path file = sessions.resolve(name).resolve(LOCK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (NoSuchFileException e) {
            return false;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    /**
     * Removes what dead processes have left.
     *
     * @return how many sessions were removed
     */
    static int sweep(Path sessions, String processToken) throws IOException {
        int swept = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(sessions)) {
            for (Path session : all) {
                if (!session.getFileName().toString().startsWith(processToken + "_") && sweepOne(session)) {
                    swept++;
                }
            }
        }
        return swept;
    }

    private static boolean sweepOne(Path session) throws IOException {
        Path file = session.resolve(LOCK);
        // the lock is held while the directory goes, so that a session just being created notices
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            deleteTree(session);
            return true;
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            // swept by somebody else meanwhile, or alive
            return false;
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                deleteUnlessLocked(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A name that a crash has left of an object which was locked later stays with its directory until the lock is over. */
    private static void deleteUnlessLocked(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            log.debug("{} is left: something in it is locked", path);
        } catch (FileSystemException e) {
            ObjectLocks locks = new ObjectLocks(Clock.systemUTC());
            if (!Files.isRegularFile(path)) {
                throw e;
            }
            if (locks.locked(path).isEmpty()) {
                locks.release(path);
                Files.deleteIfExists(path);
            }
        }
    }

    /** Removes the session and what is unfinished in it. */
    @Override
    public void close() throws IOException {
        if (lockFile.isOpen()) {
            try {
                deleteTree(directory);
            } finally {
                lockFile.close();
            }
        }
    }
}
