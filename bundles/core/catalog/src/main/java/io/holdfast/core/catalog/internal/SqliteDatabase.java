package io.holdfast.core.catalog.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.holdfast.core.catalog.CatalogState.Phase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The catalogue in one file. Write-ahead log; every commit is on disk before it returns (the journal of side effects
 * promises that); one writer at a time, readers beside it; one process at a time, held by a lock file.
 */
final class SqliteDatabase implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;
    private static final int VM_STEPS_BETWEEN_LOOKS = 100_000;

    private final Path file;
    private final Duration checkLimit;
    private @Nullable FileChannel lockChannel;
    private @Nullable FileLock lock;
    private @Nullable HikariDataSource pool;

    /**
     * @param file the database; made, with its directory, if it is missing
     * @param checkLimit how long the check for damage at start may take; what it did not reach by then stays unchecked
     */
    SqliteDatabase(Path file, Duration checkLimit) {
        this.file = file;
        this.checkLimit = checkLimit;
    }

    @Override
    public String displayName() {
        return "SQLite " + file;
    }

    @Override
    public DataSource open() throws UnusableException {
        try {
            prepareFiles();
        } catch (AccessDeniedException e) {
            throw new UnusableException(
                    Phase.MISCONFIGURED,
                    "opening the catalogue: access to " + e.getFile()
                            + " is denied; make the directory and its files belong to the user who runs the appliance",
                    e);
        } catch (FileAlreadyExistsException e) {
            throw new UnusableException(
                    Phase.MISCONFIGURED,
                    "opening the catalogue: " + e.getFile()
                            + " is not a directory; move it away or choose another path",
                    e);
        } catch (IOException e) {
            throw new UnusableException(
                    Phase.UNREACHABLE, "opening the catalogue " + file + ": " + e + "; it is tried again", e);
        }
        check();
        HikariConfig config = new HikariConfig();
        config.setPoolName("catalog");
        config.setDataSource(source());
        config.setMaximumPoolSize(READERS + 1);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(BUSY_MILLIS);
        config.setInitializationFailTimeout(-1);
        HikariDataSource opened = new HikariDataSource(config);
        pool = opened;
        return opened;
    }

    private void prepareFiles() throws IOException, UnusableException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (Files.isDirectory(file)) {
            throw new UnusableException(
                    Phase.MISCONFIGURED, "opening the catalogue: " + file + " is a directory; name a file", null);
        }
        takeLock();
        try {
            // SQLite gives its write-ahead log the mode of the database
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isReadable(file) || !Files.isWritable(file)) {
                throw new AccessDeniedException(file.toString());
            }
        }
    }

    private void takeLock() throws IOException, UnusableException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lockChannel = channel;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new UnusableException(
                    Phase.UNREACHABLE,
                    "opening the catalogue: " + file
                            + " is used by another process; end the other appliance that runs on this directory",
                    null);
        }
    }

    private SQLiteDataSource source() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** Looks for damage before anything is written. */
    private void check() throws UnusableException {
        long deadline = System.nanoTime() + checkLimit.toNanos();
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            ProgressHandler.setHandler(connection, VM_STEPS_BETWEEN_LOOKS, new ProgressHandler() {
                @Override
                protected int progress() {
                    return System.nanoTime() > deadline ? 1 : 0;
                }
            });
            try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
                String found = result.next() ? result.getString(1) : "no answer";
                if (!"ok".equals(found)) {
                    throw new UnusableException(
                            Phase.DAMAGED,
                            "checking the catalogue: " + displayName() + " is damaged (" + found + "). "
                                    + adviceWhenDamaged(),
                            null);
                }
            } finally {
                ProgressHandler.clearHandler(connection);
            }
        } catch (SQLException e) {
            if (code(e) == SQLiteErrorCode.SQLITE_INTERRUPT) {
                LOG.info("The catalogue {} is large: its check for damage stopped after {}", file, checkLimit);
                return;
            }
            throw unusable("checking the catalogue", e);
        }
    }

    @Override
    public Failure classify(SQLException failure) {
        SQLiteErrorCode code = code(failure);
        if (code == null) {
            return failure instanceof java.sql.SQLTransientException ? Failure.UNAVAILABLE : Failure.OTHER;
        }
        return switch (code) {
            case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY -> Failure.DUPLICATE;
            case SQLITE_CONSTRAINT_FOREIGNKEY -> Failure.REFERENCE;
            case SQLITE_BUSY_SNAPSHOT -> Failure.RETRY;
            case SQLITE_FULL -> Failure.FULL;
            case SQLITE_CORRUPT, SQLITE_CORRUPT_INDEX, SQLITE_CORRUPT_SEQUENCE, SQLITE_CORRUPT_VTAB, SQLITE_NOTADB ->
                Failure.DAMAGED;
            case SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_AUTH -> Failure.REFUSED;
            default -> byPrimaryCode(code);
        };
    }

    private static Failure byPrimaryCode(SQLiteErrorCode code) {
        String name = code.name();
        if (name.startsWith("SQLITE_BUSY") || name.startsWith("SQLITE_LOCKED") || name.startsWith("SQLITE_IOERR")) {
            return Failure.UNAVAILABLE;
        }
        return name.startsWith("SQLITE_READONLY") || name.startsWith("SQLITE_CANTOPEN")
                ? Failure.REFUSED
                : Failure.OTHER;
    }

    private static @Nullable SQLiteErrorCode code(SQLException failure) {
        return failure instanceof SQLiteException sqlite ? sqlite.getResultCode() : null;
    }

    @Override
    public String platform() {
        return SqlitePlatform.class.getName();
    }

    @Override
    public boolean singleWriter() {
        return true;
    }

    @Override
    public boolean remote() {
        return false;
    }

    @Override
    public boolean changesTablesInTransactions() {
        return true;
    }

    @Override
    public boolean isThereAlready(SQLException failure) {
        return false; // has no code of its own, and cannot happen
    }

    @Override
    public String adviceWhenDamaged() {
        return "The backups are not affected: stop the appliance, move " + file
                + "* away (keep them), start it, define the"
                + " destinations again, attach their vaults with the recovery key and rebuild the catalogue from them";
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
        try {
            if (lock != null) {
                lock.release();
            }
            if (lockChannel != null) {
                lockChannel.close();
            }
        } catch (IOException e) {
            LOG.debug("Giving up the lock of {}", file, e);
        }
    }
}
