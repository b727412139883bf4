package io.holdfast.itests.harness;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A new database on the lab's MariaDB server.
 *
 * @param url without credentials
 * @param user who may use it
 * @param password that user's
 */
public record MariaDb(String url, String user, String password) {

    private static final Pattern LAB = Pattern.compile("(jdbc:mariadb://[^/?]+/)\\?user=([^&]+)&password=([^&]+)");

    /** Makes one on the server that {@code itests/lab/mariadb.sh} has started. */
    public static MariaDb newDatabase() {
        String server = System.getenv().getOrDefault("HOLDFAST_LAB_MARIADB", "");
        Matcher lab = LAB.matcher(server);
        if (!lab.matches()) {
            throw new IllegalStateException(
                    "there is no lab: export HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)");
        }
        String name = "itest_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = DriverManager.getConnection(server);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("the lab's MariaDB does not make a database", e);
        }
        return new MariaDb(lab.group(1) + name, lab.group(2), lab.group(3));
    }

    /** What an administrator writes into {@code etc/io.holdfast.core.catalog.cfg}. */
    public Map<String, String> settings() {
        return Map.of("url", url, "user", user, "password", password);
    }

    @Override
    public String toString() {
        return "MariaDb[" + url + "]";
    }
}
