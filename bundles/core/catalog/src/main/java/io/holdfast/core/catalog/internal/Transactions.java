package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.internal.Database.Failure;
import io.holdfast.spi.ErrorKind;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.persistence.EntityTransaction;
import javax.persistence.PersistenceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work in transactions, repeats what lost a race inside the database, and says in one language what went wrong.
 */
final class Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int ATTEMPTS = 10;

    private final EntityManagerFactory factory;
    private final Database database;
    private final Consumer<String> onDamage;
    /** Where the database has one writer, callers queue here in order rather than in the database by luck. */
    private final @Nullable ReentrantLock writer;

    /** @param onDamage called with a message when the database turns out to be damaged */
    Transactions(EntityManagerFactory factory, Database database, Consumer<String> onDamage) {
        this.factory = factory;
        this.database = database;
        this.onDamage = onDamage;
        this.writer = database.singleWriter() ? new ReentrantLock(true) : null;
    }

    /** @param what for messages: "reading provider 'x'" */
    <T extends @Nullable Object> T read(String what, Function<EntityManager, T> work) {
        EntityManager manager = manager(what);
        try {
            return work.apply(manager);
        } catch (CatalogException e) {
            throw e;
        } catch (RuntimeException e) {
            throw translated(what, e, failureOf(e), ErrorKind.INTERNAL);
        } finally {
            close(manager);
        }
    }

    /** Whoever closes the catalogue closes what is in use, too. */
    private static void close(EntityManager manager) {
        if (manager.isOpen()) {
            manager.close();
        }
    }

    /**
     * Runs work in a transaction of its own.
     *
     * @param what for messages: "adding provider 'x'"
     * @param onReference what a broken foreign key means here
     * @param work may be called several times
     */
    <T extends @Nullable Object> T write(String what, ErrorKind onReference, Function<EntityManager, T> work) {
        if (writer == null) {
            return attempts(what, onReference, work);
        }
        writer.lock();
        try {
            return attempts(what, onReference, work);
        } finally {
            writer.unlock();
        }
    }

    private <T extends @Nullable Object> T attempts(
            String what, ErrorKind onReference, Function<EntityManager, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(what, work);
            } catch (CatalogException e) {
                throw e;
            } catch (RuntimeException e) {
                Failure failure = failureOf(e);
                if (failure != Failure.RETRY || attempt == ATTEMPTS) {
                    throw translated(what, e, failure, onReference);
                }
            }
        }
    }

    private <T extends @Nullable Object> T once(String what, Function<EntityManager, T> work) {
        EntityManager manager = manager(what);
        EntityTransaction transaction = manager.getTransaction();
        try {
            transaction.begin();
            T result = work.apply(manager);
            transaction.commit();
            return result;
        } finally {
            if (transaction.isActive()) {
                rollBack(transaction);
            }
            close(manager);
        }
    }

    /** The reason for rolling back is already on its way; a second failure must not hide it. */
    private static void rollBack(EntityTransaction transaction) {
        try {
            transaction.rollback();
        } catch (PersistenceException | IllegalStateException e) {
            // the connection is gone, and the transaction with it
        }
    }

    private EntityManager manager(String what) {
        try {
            return factory.createEntityManager();
        } catch (IllegalStateException e) {
            throw new CatalogException(ErrorKind.UNAVAILABLE, what + ": the catalogue is being closed; try again", e);
        }
    }

    private Failure failureOf(RuntimeException e) {
        SQLException sql = sqlException(e);
        return sql == null ? Failure.OTHER : database.classify(sql);
    }

    private static @Nullable SQLException sqlException(Throwable e) {
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private CatalogException translated(String what, RuntimeException e, Failure failure, ErrorKind onReference) {
        if (!factory.isOpen()) {
            return new CatalogException(ErrorKind.UNAVAILABLE, what + ": the catalogue was closed; try again", e);
        }
        return switch (failure) {
            case DUPLICATE ->
                new CatalogException(
                        ErrorKind.ALREADY_EXISTS, what + ": the id or the name is taken; choose another", e);
            case REFERENCE ->
                new CatalogException(
                        onReference,
                        what
                                + (onReference == ErrorKind.CONFLICT
                                        ? ": other records still refer to it; remove them first"
                                        : ": it refers to a record that does not exist"),
                        e);
            case RETRY, UNAVAILABLE ->
                new CatalogException(
                        ErrorKind.UNAVAILABLE, what + ": " + database.displayName() + " does not answer; try again", e);
            case FULL ->
                new CatalogException(
                        ErrorKind.QUOTA, what + ": " + database.displayName() + " has no space; make some", e);
            case DAMAGED -> {
                String message = what + ": " + database.displayName() + " is damaged. " + database.adviceWhenDamaged();
                onDamage.accept(message);
                yield new CatalogException(ErrorKind.CORRUPT_DATA, message, e);
            }
            case REFUSED ->
                new CatalogException(
                        ErrorKind.UNAVAILABLE,
                        what + ": " + database.displayName() + " refuses access; check its owner, mode and grants",
                        e);
            case OTHER -> {
                LOG.error("{}: the catalogue failed", what, e);
                yield new CatalogException(
                        ErrorKind.INTERNAL, what + ": the catalogue failed; see the log for the reason", e);
            }
        };
    }
}
