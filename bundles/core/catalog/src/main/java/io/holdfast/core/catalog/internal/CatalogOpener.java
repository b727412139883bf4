package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogState;
import io.holdfast.core.catalog.CatalogState.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the catalogue on a thread of its own, publishes it, watches over it and takes it back when the database turns out
 * to be damaged. Activation of the bundle so costs nothing, however far away the database is.
 */
final class CatalogOpener implements CatalogState, AutoCloseable {

    /**
     * How patient it is.
     *
     * @param firstRetry wait after the first failure, doubled up to {@code lastRetry}
     * @param lastRetry longest wait
     * @param watch how often a remote database is asked whether it is there
     */
    record Settings(Duration firstRetry, Duration lastRetry, Duration watch) {
        static Settings standard() {
            return new Settings(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10));
        }
    }

    /** Where the finished catalogue goes; the result takes it back. */
    interface Publisher extends Function<Catalog, Runnable> {}

    /** Makes the database to open; may find the configuration wanting. */
    interface DatabaseSource {
        Database get() throws UnusableException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(CatalogOpener.class);

    private final DatabaseSource databases;
    private final Publisher publisher;
    private final Settings settings;
    private final Clock clock;
    private final Thread thread;
    private final BlockingQueue<String> damage = new LinkedBlockingQueue<>();
    private volatile Status status;
    private volatile boolean closing;

    CatalogOpener(DatabaseSource databases, Publisher publisher, Settings settings, Clock clock) {
        this.databases = databases;
        this.publisher = publisher;
        this.settings = settings;
        this.clock = clock;
        this.status = new Status(Phase.OPENING, "", "", clock.instant());
        this.thread = new Thread(this::run, "catalog-opener");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public Status status() {
        return status;
    }

    private void run() {
        Duration wait = settings.firstRetry();
        while (!closing) {
            try {
                openAndWatch();
                return;
            } catch (UnusableException e) {
                report(e);
                if (!e.worthRetrying()) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.error("Opening the catalogue failed", e);
                become(Phase.MISCONFIGURED, status.database(), "opening the catalogue failed: " + e + "; see the log");
            }
            if (awaitEnd(wait)) {
                return;
            }
            wait = wait.multipliedBy(2).compareTo(settings.lastRetry()) > 0
                    ? settings.lastRetry()
                    : wait.multipliedBy(2);
        }
    }

    private void openAndWatch() throws UnusableException {
        long begun = System.nanoTime();
        try (Database database = databases.get()) {
            become(status.phase(), database.displayName(), status.message());
            DataSource source = database.open();
            new Schema(source, database).bringUpToDate();
            EntityManagerFactory factory = Persistence.factory(
                    source, database, "catalog-" + Integer.toHexString(System.identityHashCode(this)));
            try {
                Catalog catalog = new JpaCatalog(new Transactions(factory, database, damage::add));
                Runnable takeBack = publisher.apply(catalog);
                try {
                    become(Phase.READY, database.displayName(), "");
                    LOG.info(
                            "The catalogue in {} is open after {} ms",
                            database.displayName(),
                            Duration.ofNanos(System.nanoTime() - begun).toMillis());
                    watch(database, source);
                } finally {
                    takeBack.run();
                }
            } finally {
                factory.close();
            }
        }
    }

    /** Returns when the catalogue is to be closed; throws when it is damaged. */
    private void watch(Database database, DataSource source) throws UnusableException {
        while (!closing) {
            String message = awaitDamage(database.remote() ? settings.watch() : Duration.ofHours(1));
            if (message != null) {
                throw new UnusableException(Phase.DAMAGED, message, null);
            }
            if (!closing && database.remote()) {
                ask(database, source);
            }
        }
    }

    private void ask(Database database, DataSource source) {
        try (Connection connection = source.getConnection()) {
            if (!connection.isValid(3)) {
                throw new SQLException("the connection is not valid");
            }
            if (status.phase() != Phase.READY) {
                LOG.info("The catalogue in {} answers again", database.displayName());
                become(Phase.READY, database.displayName(), "");
            }
        } catch (SQLException e) {
            if (status.phase() == Phase.READY) {
                LOG.warn("The catalogue in {} does not answer: {}", database.displayName(), e.getMessage());
            }
            become(Phase.UNREACHABLE, database.displayName(), "the database does not answer: " + e.getMessage());
        }
    }

    private void report(UnusableException e) {
        String message = String.valueOf(e.getMessage());
        if (!message.equals(status.message())) {
            LOG.error("The catalogue is not available ({}): {}", e.phase(), message);
            LOG.debug("The reason", e);
        }
        become(e.phase(), status.database(), message);
    }

    private void become(Phase phase, String database, String message) {
        Status before = status;
        Instant since = before.phase() == phase ? before.since() : clock.instant();
        status = new Status(phase, database, message, since);
    }

    private boolean awaitEnd(Duration time) {
        return awaitDamage(time) != null || closing;
    }

    private @Nullable String awaitDamage(Duration time) {
        try {
            return damage.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing = true;
            return null;
        }
    }

    /** Takes the catalogue back and closes the database; returns when that is done, or after some seconds. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(15_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
