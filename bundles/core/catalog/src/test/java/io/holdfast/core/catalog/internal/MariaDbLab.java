package io.holdfast.core.catalog.internal;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database of its own on the lab's MariaDB server. */
final class MariaDbLab implements AutoCloseable {

    private static final Pattern URL = Pattern.compile("(jdbc:mariadb://[^/?]+/)\\?user=([^&]+)&password=([^&]+)");

    private final String server;
    private final String base;
    private final String user;
    private final String password;
    private final String name = "holdfast_" + UUID.randomUUID().toString().replace("-", "");

    private MariaDbLab(String server) {
        this.server = server;
        Matcher matcher = URL.matcher(server);
        if (!matcher.matches()) {
            throw new IllegalStateException(
                    "HOLDFAST_LAB_MARIADB must look like" + " jdbc:mariadb://host:port/?user=...&password=...");
        }
        base = matcher.group(1);
        user = matcher.group(2);
        password = matcher.group(3);
    }

    static MariaDbLab database() throws SQLException {
        String server = System.getenv("HOLDFAST_LAB_MARIADB");
        if (server == null) {
            throw new IllegalStateException("lab tests were asked for (-Dlab), but HOLDFAST_LAB_MARIADB is not set;"
                    + " export HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)");
        }
        MariaDbLab lab = new MariaDbLab(server);
        lab.execute("CREATE DATABASE " + lab.name);
        return lab;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String url() {
        return base + name;
    }

    String name() {
        return name;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    MariaDbDatabase connect() {
        return new MariaDbDatabase(url(), user, password, 8);
    }

    @Override
    public void close() throws SQLException {
        execute("DROP DATABASE " + name);
    }
}
