package io.holdfast.access.shell.internal;

import java.io.PrintStream;
import java.lang.reflect.Field;
import org.apache.felix.service.command.Process;

/**
 * The standard error of the session whose command runs on this thread.
 *
 * <p>{@code System.err} leads there as well, but over a channel of the shell's runtime that nobody flushes to its end:
 * over ssh the connection is closed first, and what was printed is lost (Karaf 4.4.10). So the session's own stream is used,
 * which the runtime keeps in a field without an accessor. Where it is not found, {@code System.err} must do.
 */
final class StandardError {

    private StandardError() {}

    static PrintStream ofThisSession() {
        Process process = Process.Utils.current();
        if (process == null) {
            return System.err;
        }
        Object session = process.job().session();
        try {
            Field stream = session.getClass().getDeclaredField("perr");
            stream.setAccessible(true);
            return stream.get(session) instanceof PrintStream found ? new PrintStream(found, true) : System.err;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return System.err;
        }
    }
}
