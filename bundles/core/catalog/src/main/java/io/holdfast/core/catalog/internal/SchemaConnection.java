package io.holdfast.core.catalog.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Views of a connection that the schema is changed by, for a process that may be killed between any two statements. Liquibase
 * notes a change set as done when its last statement has run, so one that was cut off would be run again on tables that are there already.
 */
final class SchemaConnection {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaConnection.class);
    private static final Set<String> ENDS_OF_TRANSACTION = Set.of("commit", "rollback", "setAutoCommit", "close");

    private static final int NO_RESULT = -1;

    private SchemaConnection() {}

    /**
     * Where the database can take back a change of a table: everything is one transaction, which nobody ends but who owns the
     * connection.
     */
    static Connection inOneTransaction(Connection connection) {
        return proxy(
                Connection.class,
                (proxy, method, arguments) ->
                        ENDS_OF_TRANSACTION.contains(method.getName()) ? null : call(connection, method, arguments));
    }

    /**
     * Where each change of a table is final: a statement that asks for what is there already is passed over.
     *
     * @param alreadyDone whether a failure says so
     */
    static Connection repeatable(Connection connection, Predicate<SQLException> alreadyDone) {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            Object result = call(connection, method, arguments);
            return method.getName().equals("createStatement") && result instanceof Statement statement
                    ? repeatable(statement, alreadyDone)
                    : result;
        });
    }

    private static Statement repeatable(Statement statement, Predicate<SQLException> alreadyDone) {
        AtomicBoolean passedOver = new AtomicBoolean();
        return proxy(Statement.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "execute" -> {
                passedOver.set(false);
                try {
                    yield call(statement, method, arguments);
                } catch (SQLException e) {
                    if (!alreadyDone.test(e)) {
                        throw e;
                    }
                    LOG.info("An interrupted run has done this already: {}", e.getMessage());
                    passedOver.set(true);
                    yield false;
                }
            }
            case "getUpdateCount" -> passedOver.get() ? NO_RESULT : call(statement, method, arguments);
            case "getMoreResults" -> passedOver.get() ? false : call(statement, method, arguments);
            default -> call(statement, method, arguments);
        });
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(SchemaConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
