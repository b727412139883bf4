package io.holdfast.access.shell.internal;

import io.holdfast.access.model.KeyWayDto;
import io.holdfast.access.model.MasterKeyDto;
import io.holdfast.access.model.Texts;
import io.holdfast.core.security.KeyWay;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commands about how the key is kept under which secrets are sealed. */
final class MasterKeyCommands {

    private static final Logger LOG = LoggerFactory.getLogger(MasterKeyCommands.class);

    private MasterKeyCommands() {}

    /** Offers the ways of keeping the key. */
    @Service
    public static final class Ways extends Completers.Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.masterKeys().status().ways().stream().map(KeyWay::name).toList();
        }

        @Override
        Permission needs() {
            return Permission.SYSTEM_WRITE;
        }
    }

    /** What all of them need. */
    abstract static class AboutTheKey extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.SYSTEM_WRITE;
        }

        MasterKeyDto status() throws PluginException {
            return MasterKeyDto.of(core.masterKeys().status());
        }
    }

    /** {@code master-key}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "master-key",
            description = "Shows how the key is kept under which secrets are sealed. Exit code 1 if it cannot be had.")
    public static final class Show extends AboutTheKey {
        @Override
        int run() throws PluginException {
            MasterKeyDto status = status();
            if (json) {
                output().done(status, "");
            } else {
                output().list(
                                status.ways(),
                                "",
                                new Output.Column<>("Way", KeyWayDto::name),
                                new Output.Column<>("Key service", KeyWayDto::type),
                                new Output.Column<>("In use", KeyWayDto::inUse),
                                new Output.Column<>("Keeps the key", KeyWayDto::keepsKey),
                                new Output.Column<>("Installed", KeyWayDto::available));
                String reason = status.message().isEmpty() ? "it is still being opened" : status.message();
                out().println(
                                status.open()
                                        ? "The key is at hand."
                                        : "The key cannot be had: " + Texts.printable(reason));
            }
            return status.open() ? OK : FAILED;
        }
    }

    /** {@code master-key-test}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "master-key-test",
            description = "Proves that a way of keeping the master key works, and that what it keeps is the right key.")
    public static final class Test extends AboutTheKey {
        @Argument(
                name = "way",
                description = "Its name in etc/io.holdfast.core.security.cfg, or 'file'",
                required = true)
        @Completion(Ways.class)
        String way = "";

        @Override
        int run() throws PluginException {
            core.masterKeys().test(way);
            output().done(status(), "'" + way + "' works.");
            return OK;
        }
    }

    /** {@code master-key-move}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "master-key-move",
            description =
                    "Lets another way keep the master key, or opens the one in use again. The way before keeps it too, until holdfast:master-key-forget.")
    public static final class Move extends AboutTheKey {
        @Argument(
                name = "way",
                description = "Its name in etc/io.holdfast.core.security.cfg, or 'file'",
                required = true)
        @Completion(Ways.class)
        String way = "";

        @Override
        int run() throws PluginException {
            core.masterKeys().move(way);
            LOG.info("The master key was moved by {}", principal().name());
            output().done(
                            status(),
                            "The master key is kept by '" + way + "'. What kept it before still does:"
                                    + " holdfast:master-key shows it, holdfast:master-key-forget removes it.");
            return OK;
        }
    }

    /** {@code master-key-forget}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "master-key-forget",
            description =
                    "Removes what a way of keeping the master key needs that is not in use, after the one in use was proved.")
    public static final class Forget extends AboutTheKey {
        @Argument(name = "way", description = "The name of the way; 'file' for the key in master.key", required = true)
        @Completion(Ways.class)
        String way = "";

        @Override
        int run() throws PluginException {
            core.masterKeys().forget(way);
            LOG.info(
                    "A way of keeping the master key was removed by {}",
                    principal().name());
            output().done(status(), "'" + way + "' does not keep the master key any more.");
            return OK;
        }
    }
}
