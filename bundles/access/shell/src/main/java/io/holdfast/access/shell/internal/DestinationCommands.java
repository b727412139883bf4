package io.holdfast.access.shell.internal;

import io.holdfast.access.model.DestinationDto;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands that define destinations. */
final class DestinationCommands {

    private DestinationCommands() {}

    private static int show(HoldfastCommand command, DestinationInfo destination) {
        DestinationDto d = DestinationDto.of(destination);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", d.id());
        fields.put("name", d.name());
        fields.put("type", d.type() + (destination.typeInstalled() ? "" : " (not installed)"));
        fields.put("settings", Output.settings(d.settings()));
        fields.put("vault", d.vaultId() == null ? "none: holdfast:destination-attach " + d.id() : d.vaultId());
        fields.put("health", d.health().state() + " " + d.health().message());
        fields.put("capacity", Output.bytes(d.totalBytes()));
        fields.put("available", Output.bytes(d.availableBytes()));
        fields.put("immutable", d.immutableDays() == 0 ? "no" : d.immutableDays() + " days");
        command.output().show(d, fields);
        return HoldfastCommand.OK;
    }

    /** {@code destination-list}. */
    @Service
    @Command(scope = "holdfast", name = "destination-list", description = "Lists the destinations.")
    public static final class ListDestinations extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            List<DestinationDto> all = new References(core)
                    .destinations().stream().map(DestinationDto::of).toList();
            output().list(
                            all,
                            "No destinations yet: holdfast:destination-create TYPE NAME SETTINGS",
                            new Output.Column<>("ID", DestinationDto::id),
                            new Output.Column<>("Name", DestinationDto::name),
                            new Output.Column<>("Type", DestinationDto::type),
                            new Output.Column<>("Vault", DestinationDto::vaultId),
                            new Output.Column<>("Health", d -> d.health().state()),
                            new Output.Column<>("Available", d -> Output.bytes(d.availableBytes())),
                            new Output.Column<>("Capacity", d -> Output.bytes(d.totalBytes())));
            return OK;
        }
    }

    /** {@code destination-show}. */
    @Service
    @Command(scope = "holdfast", name = "destination-show", description = "Shows a destination. Secrets are not shown.")
    public static final class Show extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            return show(this, new References(core).destination(destination));
        }
    }

    /** What attaching takes. */
    abstract static class Attaching extends HoldfastCommand {
        @Option(name = "--adopt", description = "Take over the vault that is there, rather than make a new one")
        boolean adopt;

        @Option(
                name = "--passphrase",
                description = "Opens an adopted vault, or is a second way to open a new one",
                censor = true)
        @Nullable
        String passphrase;

        @Option(name = "--recovery-key", description = "Opens an adopted vault", censor = true)
        @Nullable
        String recoveryKey;

        @Option(
                name = "--replica-of",
                description = "Make a vault with the keys of the one on this destination, to copy backups to")
        @Completion(Completers.Destinations.class)
        @Nullable
        String replicaOf;

        @Option(
                name = "--share",
                description = "A recovery share that opens an adopted vault; again for each further one",
                multiValued = true,
                censor = true)
        @Nullable
        List<String> shares;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.VAULT_WRITE;
        }

        void check() throws PluginException {
            if (replicaOf != null && (adopt || recoveryKey != null || passphrase != null || shares != null)) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "a replica has the keys of the vault it is made of: --replica-of goes alone");
            }
            int ways = (recoveryKey == null ? 0 : 1) + (passphrase == null ? 0 : 1) + (shares == null ? 0 : 1);
            if (adopt && ways != 1) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG, "--adopt needs either --recovery-key or --passphrase or --share");
            } else if (!adopt && (recoveryKey != null || shares != null)) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "--recovery-key and --share go with --adopt");
            }
        }

        Workflow attach(String id) throws PluginException {
            String first = replicaOf;
            if (first != null) {
                String of = new References(core).destination(first).id();
                return core.workflows()
                        .submit(
                                new WorkflowRequest.ReplicateVault(id, of),
                                Submission.by(principal().name()));
            }
            WorkflowRequest request = adopt
                    ? new WorkflowRequest.AdoptVault(id, recoveryKey, passphrase, shares == null ? List.of() : shares)
                    : new WorkflowRequest.CreateVault(id, passphrase);
            return core.workflows().submit(request, Submission.by(principal().name()));
        }
    }

    /** {@code destination-create}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-create",
            description =
                    "Adds a destination and makes, or takes over, its vault. Example: holdfast:destination-create filesystem disk paths=/srv/vault")
    public static final class Create extends Attaching {
        @Argument(index = 0, name = "type", description = "Kind, see holdfast:destination-types", required = true)
        @Completion(Completers.DestinationTypes.class)
        String type = "";

        @Argument(index = 1, name = "name", description = "Its name, unique among destinations", required = true)
        String name = "";

        @Option(
                name = "--immutable-days",
                description =
                        "For how many days nobody can delete what a new backup needs; the destination must be able to")
        int immutableDays;

        @Argument(
                index = 2,
                name = "settings",
                description = "name=value, several of one name for a list",
                multiValued = true)
        @Completion(Completers.DestinationSettings.class)
        @Nullable
        List<String> settings;

        @Override
        int run() throws PluginException, InterruptedException {
            check();
            principal().require(Permission.INVENTORY_WRITE);
            core.estate().checkImmutableDays(immutableDays);
            DestinationInfo made = core.estate().createDestination(type, name, SettingArguments.parse(settings));
            Workflow workflow;
            try {
                core.estate().immutableDays(made.id(), immutableDays);
                workflow = attach(made.id());
            } catch (PluginException e) {
                core.estate().removeDestination(made.id());
                throw e;
            }
            int code = new WorkflowWait(this).follow(workflow, !noWait);
            if (code == OK && !json && !noWait) {
                show(this, new References(core).destination(made.id()));
                out().println(
                                "Keep the recovery key where neither the appliance nor the destination can be lost with it: "
                                        + "holdfast:destination-recovery-key " + made.id());
            }
            return code;
        }
    }

    /** {@code destination-attach}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-attach",
            description = "Makes, or takes over, the vault on a destination.")
    public static final class Attach extends Attaching {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Override
        int run() throws PluginException, InterruptedException {
            check();
            return new WorkflowWait(this)
                    .follow(attach(new References(core).destination(destination).id()), !noWait);
        }
    }

    /** {@code destination-update}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-update",
            description = "Changes a destination. Settings that are not given stay; name= removes one.")
    public static final class Update extends HoldfastCommand {
        @Argument(index = 0, name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Option(name = "--name", description = "Its new name")
        @Nullable
        String name;

        @Option(
                name = "--immutable-days",
                description =
                        "For how many days nobody can delete what a new backup needs. What is locked stays locked")
        @Nullable
        Integer immutableDays;

        @Argument(
                index = 1,
                name = "settings",
                description = "name=value, several of one name for a list",
                multiValued = true)
        @Completion(Completers.DestinationSettings.class)
        @Nullable
        List<String> settings;

        @Override
        Permission needs() {
            return Permission.INVENTORY_WRITE;
        }

        @Override
        int run() throws PluginException {
            DestinationInfo before = new References(core).destination(destination);
            Map<String, List<String>> merged =
                    SettingArguments.merge(before.settings().values(), SettingArguments.parse(settings));
            return show(this, SecondPerson.changeDestination(core, principal(), before, name, merged, immutableDays));
        }
    }

    /** {@code destination-delete}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-delete",
            description = "Removes a destination from the appliance, if no backup on it is known. What is on it stays.")
    public static final class Delete extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Override
        Permission needs() {
            return Permission.INVENTORY_WRITE;
        }

        @Override
        int run() throws PluginException {
            DestinationInfo found = new References(core).destination(destination);
            SecondPerson.removeDestination(core, principal(), found);
            core.estate().removeDestination(found.id());
            output().done(Map.of("id", found.id()), "destination '" + found.name() + "' removed; what is on it stays");
            return OK;
        }
    }
}
