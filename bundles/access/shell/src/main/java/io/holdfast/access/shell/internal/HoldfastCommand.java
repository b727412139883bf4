package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.Texts;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.security.Permission;
import io.holdfast.core.security.Principal;
import io.holdfast.spi.PluginException;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * What every command does: find out who types, check that this is allowed, and turn a failure into one line and an exit
 * code that ssh passes on. Exit codes: 0 done, 1 failed, 3 done with something to look at.
 */
abstract class HoldfastCommand implements Action {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int PARTIAL = 3;

    @Reference
    @SuppressWarnings("NullAway.Init")
    CoreServices core;

    @Reference
    @SuppressWarnings("NullAway.Init")
    Session session;

    @Option(name = "--json", description = "Print JSON, of the same shape as REST gives.")
    boolean json;

    @SuppressWarnings("NullAway.Init")
    private Principal principal;

    /** What somebody needs who types this; null if it is open to everybody who got as far as the shell. */
    abstract @Nullable Permission needs();

    /** Does it. Gives the exit code. */
    abstract int run() throws PluginException, InterruptedException;

    @Override
    public final @Nullable Object execute() throws Exception {
        try {
            principal = Login.current(core);
            Permission needed = needs();
            if (needed != null) {
                principal.require(needed);
            }
            int code = run();
            return code == OK || interactive() ? null : Integer.valueOf(code);
        } catch (PluginException | CatalogException e) {
            return failed(Texts.messageOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        } finally {
            out().flush(); // over ssh the connection may be closed before the shell does it
        }
    }

    private @Nullable Object failed(String message) throws CommandException {
        String line = Texts.printable(message);
        if (interactive()) {
            throw new CommandException("Error: " + line);
        }
        err().println("Error: " + line);
        err().flush();
        return FAILED;
    }

    /** Whoever types. */
    Principal principal() {
        return principal;
    }

    /** Whether somebody sits at a terminal, rather than a script at the other end of ssh. */
    boolean interactive() {
        return session.getTerminal() != null;
    }

    PrintStream out() {
        return session.getConsole();
    }

    /** The session's standard error. */
    PrintStream err() {
        return StandardError.ofThisSession();
    }

    Output output() {
        return new Output(out(), json);
    }
}
