package io.holdfast.core.catalog.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import javax.sql.DataSource;

/** Connections of a process that is killed after so many statements: nothing that it asks for later is done, not even a rollback. */
final class CutOff {

    private final DataSource real;
    private int left;

    CutOff(DataSource real, int statements) {
        this.real = real;
        this.left = statements;
    }

    boolean isCut() {
        return left < 0;
    }

    DataSource source() {
        return view(DataSource.class, real);
    }

    private <T> T view(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                CutOff.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean executes = method.getName().startsWith("execute");
                    if (executes && left >= 0) {
                        left--;
                    }
                    if (isCut() && !method.getName().equals("close")) {
                        throw new SQLException("killed");
                    }
                    return wrapped(method, call(target, method, arguments));
                }));
    }

    private Object wrapped(Method method, Object result) {
        Class<?> type = method.getReturnType();
        return result != null
                        && List.of(Connection.class, Statement.class, PreparedStatement.class)
                                .contains(type)
                ? view(type, result)
                : result;
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Tables, columns, indexes and references as words. */
    static List<String> tables(DataSource source) throws SQLException {
        TreeSet<String> words = new TreeSet<>();
        try (Connection connection = source.getConnection()) {
            DatabaseMetaData data = connection.getMetaData();
            String catalog = connection.getCatalog();
            List<String> tables = new ArrayList<>();
            try (ResultSet row = data.getTables(catalog, null, "%", new String[] {"TABLE"})) {
                while (row.next()) {
                    tables.add(row.getString("TABLE_NAME"));
                }
            }
            for (String table : tables) {
                add(
                        words,
                        data.getColumns(catalog, null, table, "%"),
                        "TABLE_NAME",
                        "COLUMN_NAME",
                        "TYPE_NAME",
                        "COLUMN_SIZE",
                        "IS_NULLABLE",
                        "COLUMN_DEF");
                add(
                        words,
                        data.getIndexInfo(catalog, null, table, false, false),
                        "TABLE_NAME",
                        "NON_UNIQUE",
                        "INDEX_NAME",
                        "ORDINAL_POSITION",
                        "COLUMN_NAME");
                add(words, data.getImportedKeys(catalog, null, table), "FKTABLE_NAME", "FKCOLUMN_NAME", "PKTABLE_NAME");
            }
        }
        return List.copyOf(words);
    }

    private static void add(TreeSet<String> words, ResultSet rows, String... columns) throws SQLException {
        try (rows) {
            while (rows.next()) {
                StringBuilder line = new StringBuilder();
                for (String column : columns) {
                    line.append(rows.getString(column)).append(' ');
                }
                words.add(line.toString());
            }
        }
    }
}
