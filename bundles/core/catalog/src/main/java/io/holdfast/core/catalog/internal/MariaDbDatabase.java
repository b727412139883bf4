package io.holdfast.core.catalog.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.holdfast.core.catalog.CatalogState.Phase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.MariaDbDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalogue in a MariaDB database, which several servers may share. */
final class MariaDbDatabase implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(MariaDbDatabase.class);

    private static final Set<Integer> REFUSED = Set.of(1044, 1045, 1049, 1142, 1227, 1698);
    private static final Set<Integer> LOST_RACE = Set.of(1205, 1213, 1020);
    private static final Set<Integer> FULL = Set.of(1021, 1114);
    private static final Set<Integer> DAMAGED = Set.of(126, 127, 134, 144, 145, 1034, 1035, 1194, 1195, 1712);
    /** A table, a column, an index. */
    private static final Set<Integer> THERE_ALREADY = Set.of(1050, 1060, 1061);

    private static final Set<Integer> AWAY = Set.of(1040, 1053, 1203, 1226, 1290, 1836, 1927, 2006, 2013);

    /** How this database's sessions are set up: nothing is shortened silently, no wait is long. */
    private static final String SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
            + " innodb_lock_wait_timeout = 10, time_zone = '+00:00'";

    private final String url;
    private final String user;
    private final String password;
    private final int poolSize;
    private @Nullable HikariDataSource pool;

    MariaDbDatabase(String url, String user, String password, int poolSize) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.poolSize = poolSize;
    }

    @Override
    public String displayName() {
        int query = url.indexOf('?');
        return "MariaDB " + url.substring("jdbc:mariadb:".length(), query < 0 ? url.length() : query);
    }

    @Override
    public DataSource open() throws UnusableException {
        MariaDbDataSource source;
        try {
            source = new MariaDbDataSource(url);
            source.setUser(user);
            source.setPassword(password);
        } catch (SQLException e) {
            throw new UnusableException(
                    Phase.MISCONFIGURED,
                    "opening the catalogue: the URL of " + displayName()
                            + " cannot be used; check 'url' in etc/io.holdfast.core.catalog.cfg",
                    e);
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT VERSION(), DATABASE()")) {
            version.next();
            if (version.getString(2) == null) {
                throw new UnusableException(
                        Phase.MISCONFIGURED,
                        "opening the catalogue: the URL of " + displayName() + " names no database; add /NAME to it",
                        null);
            }
            LOG.info("The catalogue is in {}, server {}", displayName(), version.getString(1));
        } catch (SQLException e) {
            throw unusable("connecting to " + displayName() + " as '" + user + "'", e);
        }
        HikariDataSource opened = new HikariDataSource(poolOf(source));
        pool = opened;
        return opened;
    }

    private HikariConfig poolOf(DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("catalog");
        config.setDataSource(source);
        config.setMaximumPoolSize(poolSize);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        config.setValidationTimeout(3_000);
        config.setConnectionInitSql(SESSION);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setInitializationFailTimeout(-1);
        return config;
    }

    @Override
    public Failure classify(SQLException failure) {
        int code = failure.getErrorCode();
        if (REFUSED.contains(code)) {
            return Failure.REFUSED;
        }
        if (LOST_RACE.contains(code)) {
            return Failure.RETRY;
        }
        if (FULL.contains(code)) {
            return Failure.FULL;
        }
        if (DAMAGED.contains(code)) {
            return Failure.DAMAGED;
        }
        String state = failure.getSQLState();
        if (AWAY.contains(code)
                || failure instanceof SQLTransientException
                || failure instanceof SQLNonTransientConnectionException
                || (state != null && state.startsWith("08"))) {
            return Failure.UNAVAILABLE;
        }
        return switch (code) {
            case 1062 -> Failure.DUPLICATE;
            case 1451, 1452 -> Failure.REFERENCE;
            default -> Failure.OTHER;
        };
    }

    @Override
    public String platform() {
        return "MySQL";
    }

    @Override
    public boolean singleWriter() {
        return false;
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public boolean changesTablesInTransactions() {
        return false;
    }

    @Override
    public boolean isThereAlready(SQLException failure) {
        return THERE_ALREADY.contains(failure.getErrorCode());
    }

    @Override
    public String adviceWhenDamaged() {
        return "The backups are not affected: restore the database from its own backup, or let the catalogue use an empty"
                + " one (etc/io.holdfast.core.catalog.cfg), define the destinations again, attach their vaults with the"
                + " recovery key and rebuild the catalogue from them";
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }
}
