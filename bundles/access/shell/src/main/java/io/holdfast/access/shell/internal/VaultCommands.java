package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CopyRight;
import io.holdfast.access.model.DamagedBackupDto;
import io.holdfast.access.model.DestinationTypeDto;
import io.holdfast.access.model.PluginsDto;
import io.holdfast.access.model.PreviewDto;
import io.holdfast.access.model.RecoveryKeyDto;
import io.holdfast.access.model.RetentionDecisionDto;
import io.holdfast.access.model.RetentionReasonDto;
import io.holdfast.access.model.RetentionRuleDto;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commands about what is on destinations. */
final class VaultCommands {

    private VaultCommands() {}

    /** {@code destination-types}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-types",
            description = "Lists the kinds of destinations and their settings.")
    public static final class Types extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            output().list(
                            PluginsDto.of(core.plugins()).destinations(),
                            "No destination type is installed",
                            new Output.Column<>("Type", DestinationTypeDto::id),
                            new Output.Column<>("Name", DestinationTypeDto::displayName),
                            new Output.Column<>("Settings", t -> PluginCommands.names(t.settings())));
            return OK;
        }
    }

    /** {@code destination-verify}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-verify",
            description = "Re-reads what is on a destination and proves it.")
    public static final class Verify extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Option(name = "--slice", description = "Only one part of everything, such as 2/7")
        @Nullable
        String slice;

        @Option(name = "--shallow", description = "Compare stored data with its hashes only; do not decrypt")
        boolean shallow;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.BACKUP_RUN;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            String[] parts = (slice == null ? "1/1" : slice).split("/", -1);
            if (parts.length != 2 || !parts[0].matches("\\d{1,5}") || !parts[1].matches("\\d{1,5}")) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG, "--slice is given as 2/7: the second part of seven");
            }
            WorkflowRequest request = new WorkflowRequest.Verify(
                    new References(core).destination(destination).id(),
                    null,
                    Integer.parseInt(parts[0]) - 1,
                    Integer.parseInt(parts[1]),
                    !shallow);
            return new WorkflowWait(this).begin(request, !noWait);
        }
    }

    /** {@code destination-damage}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-damage",
            description = "Lists the backups on a destination that are known to be damaged, and what of them is lost.")
    public static final class Damage extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Override
        Permission needs() {
            return Permission.BACKUP_READ;
        }

        @Override
        int run() throws PluginException {
            var damage = DamagedBackupDto.on(
                    core, new References(core).destination(destination).id());
            output().list(
                            damage.items(),
                            "No backup on it is known to be damaged",
                            new Output.Column<>("Instance", DamagedBackupDto::instanceName),
                            new Output.Column<>("Created", DamagedBackupDto::created),
                            new Output.Column<>("Found", DamagedBackupDto::verified),
                            new Output.Column<>("Lost", DamagedBackupDto::message),
                            new Output.Column<>("Backup", DamagedBackupDto::backupId));
            return damage.items().isEmpty() ? OK : PARTIAL;
        }
    }

    /** {@code destination-prune}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-prune",
            description =
                    "Forgets what no keep rule asks for, and frees its space. Example: holdfast:destination-prune --keep-daily 14 --keep-monthly 12 --dry-run disk")
    public static final class Prune extends RetentionOptions {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Option(name = "--instance", description = "Only backups of this instance")
        @Completion(Completers.Instances.class)
        @Nullable
        String instance;

        @Option(name = "--dry-run", description = "Only show what would be kept and forgotten, and why")
        boolean dryRun;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return dryRun ? Permission.BACKUP_READ : Permission.BACKUP_DELETE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            References references = new References(core);
            String id = references.destination(destination).id();
            String instanceId =
                    instance == null ? null : references.instance(instance).id();
            RetentionRuleDto rule = rule();
            if (rule == null) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG, "say what to keep: --keep-daily 14, --versions 5, ...");
            }
            var request = new WorkflowRequest.Prune(id, instanceId, rule.toRule(), dryRun);
            if (!dryRun) {
                SecondPerson.prune(core, principal(), request);
                return new WorkflowWait(this).begin(request, !noWait);
            }
            output().list(
                            PreviewDto.of(core.workflows().preview(request)).items(),
                            "No backups",
                            new Output.Column<>("Backup", RetentionDecisionDto::backupId),
                            new Output.Column<>("Instance", RetentionDecisionDto::instanceId),
                            new Output.Column<>("Created", RetentionDecisionDto::created),
                            new Output.Column<>("", d -> d.keep() ? "keep" : "forget"),
                            new Output.Column<>("Why", d -> d.reasons().stream()
                                    .map(RetentionReasonDto::message)
                                    .collect(Collectors.joining("; "))));
            return OK;
        }
    }

    /** {@code destination-copy}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-copy",
            description =
                    "Copies backups to another destination: sealed to a replica, else written anew with the keys of its vault."
                            + " Example: holdfast:destination-copy --latest 1 disk second-site")
    public static final class Copy extends HoldfastCommand {
        @Argument(index = 0, name = "from", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String from = "";

        @Argument(
                index = 1,
                name = "to",
                description = "Id, its beginning, or name of what gets the copies",
                required = true)
        @Completion(Completers.Destinations.class)
        String to = "";

        @Option(name = "--instance", description = "Only backups of this instance; several", multiValued = true)
        @Completion(Completers.Instances.class)
        @Nullable
        List<String> instances;

        @Option(name = "--backup", description = "Only this backup; several", multiValued = true)
        @Completion(Completers.Backups.class)
        @Nullable
        List<String> backups;

        @Option(name = "--latest", description = "Only so many newest ones of each instance; 0 for all")
        int latest;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.BACKUP_RUN;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            References references = new References(core);
            Set<String> instanceIds = new HashSet<>();
            for (String instance : instances == null ? List.<String>of() : instances) {
                instanceIds.add(references.instance(instance).id());
            }
            List<String> backupIds = new ArrayList<>();
            for (String backup : backups == null ? List.<String>of() : backups) {
                backupIds.add(references.backup(backup).id());
            }
            var request = new WorkflowRequest.Copy(
                    references.destination(from).id(),
                    references.destination(to).id(),
                    instanceIds,
                    backupIds,
                    latest);
            CopyRight.require(core, principal(), request.fromDestinationId(), request.toDestinationId());
            return new WorkflowWait(this).begin(request, !noWait);
        }
    }

    /** {@code destination-rebuild}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-rebuild",
            description = "Reads what backups are on a destination and corrects the catalogue.")
    public static final class Rebuild extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.VAULT_WRITE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            var request = new WorkflowRequest.Rebuild(
                    new References(core).destination(destination).id());
            return new WorkflowWait(this).begin(request, !noWait);
        }
    }

    /** {@code destination-recovery-key}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "destination-recovery-key",
            description =
                    "Shows what opens a vault when this appliance is lost. Keep it where neither can be lost with it.")
    public static final class ShowRecoveryKey extends HoldfastCommand {
        @Argument(name = "destination", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Destinations.class)
        String destination = "";

        private final Logger log = LoggerFactory.getLogger(ShowRecoveryKey.class);

        @Override
        Permission needs() {
            return Permission.RECOVERY_KEY_READ;
        }

        @Override
        int run() throws PluginException {
            DestinationInfo found = new References(core).destination(destination);
            if (found.vaultId().isEmpty()) {
                throw new PluginException(ErrorKind.NOT_FOUND, "there is no vault on '" + found.name() + "' yet");
            }
            byte[] key = core.vaultKeys().read(found.vaultId(), VaultKeys.Part.RECOVERY);
            log.info(
                    "The recovery key of destination {} was shown to {}",
                    found.id(),
                    principal().name());
            String text = new String(key, StandardCharsets.UTF_8);
            output().done(new RecoveryKeyDto(text), text);
            return OK;
        }
    }
}
