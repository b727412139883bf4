package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.access.cli.offline.BackupOrigin;
import io.holdfast.access.cli.offline.OfflineVault;
import io.holdfast.access.cli.offline.RestoreChoice;
import io.holdfast.access.cli.offline.RestoreOutcome;
import io.holdfast.access.cli.offline.Stop;
import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The verbs that need no appliance: a vault and its key are enough. What they do is in {@link OfflineVault}. */
final class VaultCommands {

    private static final int SHOWN_PROBLEMS = 20;
    private static final long PATIENCE_SECONDS = 10;

    private VaultCommands() {}

    @Command(
            name = "vault",
            mixinStandardHelpOptions = true,
            description =
                    "Lists, restores and verifies straight from a vault, without an appliance. Changes nothing in it.",
            subcommands = {List.class, Restore.class, Verify.class})
    static final class Vault implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new CommandException(
                    ExitCode.FAILED, "say what to do with the vault: list, restore or verify (--help shows how)");
        }
    }

    /** What a verb does with the open vault. */
    private interface Work {
        ExitCode on(OfflineVault vault, Terminal terminal) throws PluginException, IOException;
    }

    /** Opens the vault, and ends tidily when somebody interrupts. */
    private static int with(VaultOptions options, Work work) {
        Stop stop = new Stop();
        CountDownLatch ended = new CountDownLatch(1);
        Thread interrupt = new Thread(
                () -> {
                    stop.cancel();
                    try {
                        ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "holdfast-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupt);
        try (OfflineVault vault = options.open(stop)) {
            return work.on(vault, options.terminal()).code();
        } catch (PluginException e) {
            throw new CommandException(code(e.kind()), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot work in the directory for temporary files: " + e, e);
        } finally {
            ended.countDown();
            if (!stop.isCancelled()) {
                Runtime.getRuntime().removeShutdownHook(interrupt);
            }
        }
    }

    private static ExitCode code(ErrorKind kind) {
        return switch (kind) {
            case AUTHENTICATION -> ExitCode.AUTHENTICATION;
            case CANCELLED -> ExitCode.INTERRUPTED;
            default -> ExitCode.FAILED;
        };
    }

    private static void problems(Terminal terminal, java.util.List<String> problems) {
        for (String problem : problems) {
            terminal.message("problem", ApplianceClient.object().put("message", problem));
        }
        problems.stream().limit(SHOWN_PROBLEMS).forEach(problem -> terminal.line("  " + problem));
        if (problems.size() > SHOWN_PROBLEMS) {
            terminal.line("  and " + (problems.size() - SHOWN_PROBLEMS) + " more; --json shows all");
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the backups of a vault, newest first.")
    static final class List implements Callable<Integer> {
        @Mixin
        VaultOptions vault = new VaultOptions();

        @Override
        public Integer call() {
            return with(vault, List::list);
        }

        private static ExitCode list(OfflineVault vault, Terminal terminal) throws PluginException {
            java.util.List<BackupSummary> backups = vault.backups();
            Map<String, BackupOrigin> origins = vault.origins(backups);
            terminal.line("vault " + vault.identity().vaultId() + " of the appliance "
                    + vault.identity().owner() + ": " + backups.size() + " backups");
            for (BackupSummary backup : backups) {
                show(terminal, backup, origins.get(backup.instanceId().orElse("")));
            }
            return ExitCode.OK;
        }

        private static void show(Terminal terminal, BackupSummary backup, @Nullable BackupOrigin origin) {
            String what = origin == null ? "?" : origin.instance().externalId();
            ObjectNode message = ApplianceClient.object();
            message.put("id", backup.id().value());
            message.put("created", backup.time().toString());
            message.put("instance", what);
            message.put("kind", origin == null ? "" : origin.instance().kind());
            message.put("logical_bytes", backup.stats().logicalBytes());
            message.put("files", backup.stats().files());
            message.put("problems", backup.stats().problems());
            terminal.message("backup", message);
            terminal.line(String.format(
                    "%s  %s  %-8s %10s  %s",
                    backup.id().value(),
                    backup.time(),
                    backup.stats().problems() == 0 ? "complete" : "partial",
                    Sizes.bytes(backup.stats().logicalBytes()),
                    what));
        }
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = {
                "Restores a backup into a directory: trees as they were, disks as sparse raw images (NAME.raw), streams and"
                        + " items as files, documents of the backup in .holdfast-documents.",
                "Exit code 3 if some parts could not be restored."
            })
    static final class Restore implements Callable<Integer> {
        @Mixin
        VaultOptions vault = new VaultOptions();

        @Mixin
        RestoreRequest request = new RestoreRequest();

        @Override
        public Integer call() {
            RestoreChoice choice = new RestoreChoice(request.target(), request.overwrite, selection());
            return with(vault, (opened, terminal) -> restore(opened, terminal, choice));
        }

        private java.util.List<EntryPath> selection() {
            java.util.List<EntryPath> selection = new ArrayList<>();
            for (String path : request.paths) {
                try {
                    selection.add(EntryPath.of(path.replaceAll("^(\\./)+|^/+|/+$", "")));
                } catch (IllegalArgumentException e) {
                    throw new CommandException(ExitCode.FAILED, "'" + path + "' is not a path: " + e.getMessage(), e);
                }
            }
            return selection;
        }

        private ExitCode restore(OfflineVault opened, Terminal terminal, RestoreChoice choice) throws PluginException {
            BackupId id = opened.called(request.backup);
            RestoreOutcome done = opened.restore(id, choice, new VaultProgress(terminal, "restore"));
            ObjectNode summary = ApplianceClient.object();
            summary.put("backup", id.value());
            summary.put("target", choice.target().toString());
            summary.put("bytes", done.bytes());
            summary.put("entries", done.entries());
            summary.put("skipped", done.skipped());
            summary.put("problems", done.problems().size());
            summary.put("mended_packs", done.mendedPacks());
            terminal.message("summary", summary);
            terminal.line("restored backup " + id.value() + " to " + choice.target() + ": " + done.entries()
                    + " entries, " + Sizes.bytes(done.bytes())
                    + (done.skipped() > 0 ? ", " + done.skipped() + " left as they were" : "")
                    + (done.documents() > 0 ? ", documents in .holdfast-documents" : ""));
            if (done.mendedPacks() > 0) {
                terminal.line(
                        done.mendedPacks()
                                + " damaged packs were read correctly by way of their parity; have the appliance verify the vault");
            }
            if (done.problems().isEmpty()) {
                return ExitCode.OK;
            }
            terminal.line(done.problems().size() + " parts could not be restored:");
            problems(terminal, done.problems());
            return ExitCode.PARTIAL;
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description =
                    "Reads and decrypts everything in a vault, or what one backup needs, and names what is damaged."
                            + " Exit code 3 if something is.")
    static final class Verify implements Callable<Integer> {
        @Mixin
        VaultOptions vault = new VaultOptions();

        @Parameters(
                arity = "0..1",
                paramLabel = "BACKUP",
                description = "Only this one: its id, its start, or 'latest'.")
        @Nullable
        String backup;

        @Override
        public Integer call() {
            return with(vault, this::verify);
        }

        private ExitCode verify(OfflineVault opened, Terminal terminal) throws PluginException {
            Optional<BackupId> only = backup == null ? Optional.empty() : Optional.of(opened.called(backup));
            VerifyReport report = opened.verify(only, new VaultProgress(terminal, "verify"));
            ObjectNode summary = ApplianceClient.object();
            summary.put("packs", report.packs());
            summary.put("bytes", report.bytes());
            summary.put("damaged_objects", report.findings().size());
            long repairable = report.count(VerifyReport.Remedy.REPAIRABLE);
            summary.put("repairable_objects", repairable);
            terminal.message("summary", summary);
            terminal.line("read " + report.packs() + " packs, " + Sizes.bytes(report.bytes()) + ": "
                    + (report.findings().isEmpty()
                            ? "all is well"
                            : report.findings().size() + " objects are lost or damaged"
                                    + (repairable > 0
                                            ? ", " + repairable + " of them readable by way of their parity"
                                            : "")));
            problems(
                    terminal,
                    report.findings().stream()
                            .map(f -> f.key() + ": " + f.state() + ": " + f.message())
                            .toList());
            report.backups().stream().filter(health -> !health.whole()).forEach(health -> show(terminal, health));
            return report.findings().isEmpty() ? ExitCode.OK : ExitCode.PARTIAL;
        }

        private static void show(Terminal terminal, BackupHealth health) {
            ObjectNode message = ApplianceClient.object();
            message.put("id", health.backup().value());
            message.put("lost_pieces", health.lostChunks());
            health.lostParts().forEach(part -> message.withArray("lost_parts")
                    .add(part.path().toString()));
            terminal.message("damaged_backup", message);
            terminal.line("backup " + health.backup().value() + " has lost " + health.lostChunks() + " pieces:");
            for (Problem part :
                    health.lostParts().stream().limit(SHOWN_PROBLEMS).toList()) {
                terminal.line("  " + part.path());
            }
        }
    }
}
