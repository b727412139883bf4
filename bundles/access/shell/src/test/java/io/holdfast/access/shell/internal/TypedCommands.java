package io.holdfast.access.shell.internal;

import io.holdfast.access.model.fakes.FakeCore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.function.Consumer;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Session;

/** Types commands as a script at the other end of ssh does, and keeps what they say. */
final class TypedCommands implements AutoCloseable {

    private final FakeCore core;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemErr = System.err;
    String user = "admin";

    TypedCommands(FakeCore core) {
        this.core = core;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    /** Types a command; gives its exit code. */
    <T extends HoldfastCommand> int type(T command, Consumer<T> arguments) throws Exception {
        out.reset();
        err.reset();
        command.core = core;
        command.session = session();
        arguments.accept(command);
        Object code = as(command);
        return code == null ? 0 : (Integer) code;
    }

    private Session session() {
        PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
        return (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getConsole" -> console;
                    case "getTerminal" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @SuppressWarnings("removal")
    private Object as(Action action) throws Exception {
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal(user));
        try {
            return Subject.doAs(subject, (PrivilegedExceptionAction<Object>) action::execute);
        } catch (java.security.PrivilegedActionException e) {
            throw e.getException();
        }
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(systemErr);
    }
}
