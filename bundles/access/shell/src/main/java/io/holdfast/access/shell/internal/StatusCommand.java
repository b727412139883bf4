package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CheckDto;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.HealthDto;
import io.holdfast.access.model.HealthReport;
import java.time.Clock;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/**
 * {@code status}. Open to everybody who got as far as the shell, as {@code /health} is: it must work while the catalogue,
 * and the users in it, are missing.
 */
@Service
@Command(
        scope = "holdfast",
        name = "status",
        description = "Says how the appliance is, and what to do if it is not well. Exit code 1 if it cannot work.")
public final class StatusCommand implements Action {

    @Reference
    @SuppressWarnings("NullAway.Init")
    CoreServices core;

    @Reference
    @SuppressWarnings("NullAway.Init")
    Session session;

    @Option(name = "--json", description = "Print JSON, of the same shape as REST gives.")
    boolean json;

    @Override
    public @Nullable Object execute() {
        HealthDto health = new HealthReport(core, Clock.systemUTC()).take();
        Output output = new Output(session.getConsole(), json);
        if (json) {
            output.done(health, "");
        } else {
            output.done(health, "Holdfast " + health.version() + " is " + health.status());
            output.list(
                    health.checks(),
                    "",
                    new Output.Column<>("Check", CheckDto::name),
                    new Output.Column<>("Status", CheckDto::status),
                    new Output.Column<>("Message", CheckDto::message));
        }
        session.getConsole().flush();
        boolean works = health.status() == HealthDto.Status.READY || health.status() == HealthDto.Status.DEGRADED;
        return works || session.getTerminal() != null ? null : Integer.valueOf(HoldfastCommand.FAILED);
    }
}
