package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.CatalogState.Phase;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import liquibase.exception.LiquibaseException;
import liquibase.exception.LockException;
import liquibase.lockservice.LockServiceFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables up to date. Which change sets have run is looked up first, so that Liquibase, which takes most of a
 * second to wake up, is asked only when there is something to do.
 */
final class Schema {

    /** Every change set of the change log, in order. */
    static final List<String> CHANGES = List.of(
            "0001-first-release",
            "0002-boot-proof",
            "0003-policies",
            "0004-boot-evidence",
            "0007-keeping",
            "0008-workflows-by-type");

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final String CHANGE_LOG = "io/holdfast/core/catalog/internal/changelog.xml";
    /** At most 64 characters, which the name of a database may have already. */
    private static final String LOCK = "CONCAT('holdfast.', MD5(DATABASE()))";

    private static final int ANOTHER_SERVER_SECONDS = 120;

    private final DataSource source;
    private final Database database;

    Schema(DataSource source, Database database) {
        this.source = source;
        this.database = database;
    }

    /**
     * Leaves the schema as this release needs it. A failure, or the end of the process at any moment, leaves what can be gone on with: on
     * SQLite what there was, on MariaDB the change sets that have run, and of the next one what has.
     */
    void bringUpToDate() throws UnusableException {
        try (Connection connection = source.getConnection()) {
            if (isCurrent(connection)) {
                return;
            }
            lockOutOthers(connection);
            try {
                if (!isCurrent(connection)) {
                    refuseTablesOfOthers(connection);
                    LOG.info("Preparing the schema of the catalogue in {}", database.displayName());
                    migrate();
                }
            } finally {
                letOthersIn(connection);
            }
        } catch (SQLException e) {
            throw database.unusable("reading the schema of the catalogue", e);
        } catch (LiquibaseException e) {
            throw failed(e);
        }
    }

    private boolean isCurrent(Connection connection) throws SQLException, UnusableException {
        Set<String> done = done(connection);
        Set<String> unknown = new HashSet<>(done);
        unknown.removeAll(CHANGES);
        if (!unknown.isEmpty()) {
            throw new UnusableException(
                    Phase.NEWER_SCHEMA,
                    "opening the catalogue: " + database.displayName() + " was written by a newer release (it knows "
                            + unknown.stream().sorted().toList()
                            + "); start that release, or restore the catalogue from before the upgrade",
                    null);
        }
        return done.containsAll(CHANGES);
    }

    private static Set<String> done(Connection connection) throws SQLException {
        Set<String> ids = new HashSet<>();
        if (!hasChangeTable(connection)) {
            return ids;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ID FROM DATABASECHANGELOG")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static boolean hasChangeTable(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        try (ResultSet tables =
                metaData.getTables(connection.getCatalog(), null, "DATABASECHANGELOG", new String[] {"TABLE"})) {
            return tables.next();
        }
    }

    /** A table of ours that is there already is taken for our own, so at first there must be none. */
    private void refuseTablesOfOthers(Connection connection) throws SQLException, UnusableException {
        if (hasChangeTable(connection)) {
            return;
        }
        List<String> found = new ArrayList<>();
        try (ResultSet tables =
                connection.getMetaData().getTables(connection.getCatalog(), null, "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                found.add(tables.getString("TABLE_NAME"));
            }
        }
        found.removeIf("DATABASECHANGELOGLOCK"::equalsIgnoreCase); // is made first
        if (!found.isEmpty()) {
            throw new UnusableException(
                    Phase.MISCONFIGURED,
                    "preparing the schema of the catalogue: " + database.displayName()
                            + " has tables that are not Holdfast's (" + found.get(0)
                            + (found.size() > 1 ? " and " + (found.size() - 1) + " more" : "")
                            + "); create an empty database for it and write its name into etc/io.holdfast.core.catalog.cfg",
                    null);
        }
    }

    /**
     * Several servers may start at once on one database. The database's own lock ends with our connection if we die;
     * Liquibase's lock would stay after a crash, so it is cleared under ours.
     */
    private void lockOutOthers(Connection connection) throws SQLException, UnusableException {
        if (!database.remote()) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT GET_LOCK(" + LOCK + ", " + ANOTHER_SERVER_SECONDS + ")")) {
            if (!row.next() || row.getInt(1) != 1) {
                throw new UnusableException(
                        Phase.UNREACHABLE,
                        "preparing the schema of the catalogue: another server has been doing so for "
                                + ANOTHER_SERVER_SECONDS + " s; it is tried again",
                        null);
            }
        }
    }

    private void letOthersIn(Connection connection) throws SQLException {
        if (database.remote()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT RELEASE_LOCK(" + LOCK + ")");
            }
        }
    }

    private void migrate() throws LiquibaseException, SQLException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader ours = Schema.class.getClassLoader();
        Thread.currentThread().setContextClassLoader(ours);
        try (Connection connection = source.getConnection()) {
            Map<String, Object> scope = new HashMap<>();
            scope.put(Scope.Attr.classLoader.name(), ours);
            scope.put(Scope.Attr.resourceAccessor.name(), new ClassLoaderResourceAccessor(ours));
            scope.put(Scope.Attr.logService.name(), new LiquibaseLog());
            scope.put(Scope.Attr.ui.name(), new LoggerUIService());
            // nothing is reported to anybody
            scope.put("liquibase.analytics.enabled", false);
            Scope.child(scope, () -> migrate(connection, ours));
        } catch (LiquibaseException | SQLException e) {
            throw e;
        } catch (Exception e) {
            throw new LiquibaseException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private void migrate(Connection connection, ClassLoader ours) throws LiquibaseException, SQLException {
        if (!database.changesTablesInTransactions()) {
            update(SchemaConnection.repeatable(connection, database::isThereAlready), ours);
            return;
        }
        connection.setAutoCommit(false);
        try {
            update(SchemaConnection.inOneTransaction(connection), ours);
            connection.commit();
        } catch (LiquibaseException | SQLException | RuntimeException e) {
            undo(connection, e);
            throw e;
        }
        connection.setAutoCommit(true);
    }

    private static void undo(Connection connection, Exception reason) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    private static void update(Connection connection, ClassLoader ours) throws LiquibaseException {
        liquibase.database.Database target =
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
        LockServiceFactory.getInstance().getLockService(target).forceReleaseLock();
        try (Liquibase liquibase = new Liquibase(CHANGE_LOG, new ClassLoaderResourceAccessor(ours), target)) {
            liquibase.setShowSummary(UpdateSummaryEnum.OFF);
            liquibase.update(new Contexts(), new LabelExpression());
        }
    }

    private UnusableException failed(LiquibaseException failure) {
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof SQLException sql) {
                return database.unusable("preparing the schema of the catalogue", sql);
            }
            cause = cause.getCause();
        }
        boolean passing = failure instanceof LockException || failure instanceof DatabaseException;
        return new UnusableException(
                passing ? Phase.UNREACHABLE : Phase.MISCONFIGURED,
                "preparing the schema of the catalogue in " + database.displayName() + ": " + failure.getMessage()
                        + "; it is tried again",
                failure);
    }
}
