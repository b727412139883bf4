package io.holdfast.access.shell.internal;

import io.holdfast.access.model.BackupDto;
import io.holdfast.access.model.BootDto;
import io.holdfast.access.model.EntryDto;
import io.holdfast.access.model.PathText;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about backups. */
final class BackupCommands {

    private BackupCommands() {}

    /** {@code backup-run}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "backup-run",
            description =
                    "Backs an instance up. Exit code 3 if some parts could not be read. Example: holdfast:backup-run --destination disk /etc")
    public static final class Run extends HoldfastCommand {
        @Argument(name = "instance", description = "Id, its beginning, name, or the provider's id", required = true)
        @Completion(Completers.Instances.class)
        String instance = "";

        @Option(name = "--destination", description = "Where to; the only one if left out")
        @Completion(Completers.Destinations.class)
        @Nullable
        String destination;

        @Option(name = "--full", description = "Read everything even if it is known what changed")
        boolean full;

        @Option(name = "--priority", description = "0 to 100, higher first")
        int priority = Submission.DEFAULT_PRIORITY;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.BACKUP_RUN;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            if (priority < 0 || priority > 100) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "--priority must be 0 to 100");
            }
            var request = new WorkflowRequest.BackUp(
                    new References(core).instance(instance).id(), destination().id(), full);
            Submission submission = new Submission(principal().name(), priority, null, null);
            return new WorkflowWait(this).follow(core.workflows().submit(request, submission), !noWait);
        }

        private DestinationInfo destination() throws PluginException {
            References references = new References(core);
            if (destination != null) {
                return references.destination(destination);
            }
            List<DestinationInfo> all = references.destinations();
            if (all.size() != 1) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "say where to with --destination: "
                                + all.stream().map(DestinationInfo::name).toList());
            }
            return all.get(0);
        }
    }

    /** {@code backup-list}. */
    @Service
    @Command(scope = "holdfast", name = "backup-list", description = "Lists the backups, newest first.")
    public static final class ListBackups extends HoldfastCommand {
        @Option(name = "--instance", description = "Only those of this instance")
        @Completion(Completers.Instances.class)
        @Nullable
        String instance;

        @Option(name = "--destination", description = "Only those on this destination")
        @Completion(Completers.Destinations.class)
        @Nullable
        String destination;

        @Override
        Permission needs() {
            return Permission.BACKUP_READ;
        }

        @Override
        int run() throws PluginException {
            References references = new References(core);
            String instanceId =
                    instance == null ? null : references.instance(instance).id();
            String destinationId = destination == null
                    ? null
                    : references.destination(destination).id();
            var backups = core.catalog().backups();
            Map<String, String> names = new LinkedHashMap<>();
            references.instances().forEach(i -> names.put(i.id(), i.name()));
            List<BackupDto> all = Page.all(page -> backups.list(instanceId, destinationId, page)).stream()
                    .map(BackupDto::of)
                    .toList();
            output().list(
                            all,
                            "No backups yet: holdfast:backup-run INSTANCE",
                            new Output.Column<>("ID", BackupDto::id),
                            new Output.Column<>("Instance", b -> names.getOrDefault(b.instanceId(), b.instanceId())),
                            new Output.Column<>("Created", BackupDto::created),
                            new Output.Column<>("Status", BackupDto::status),
                            new Output.Column<>(
                                    "Size", b -> Output.bytes(b.stats().logicalBytes())),
                            new Output.Column<>(
                                    "Stored", b -> Output.bytes(b.stats().storedBytes())),
                            new Output.Column<>(
                                    "Changed", b -> Charts.percent(b.stats().changeRate())),
                            new Output.Column<>(
                                    "Random", b -> Charts.percent(b.stats().incompressibleShare())),
                            new Output.Column<>("Sudden", b -> b.suddenChange() == null ? "" : "!"),
                            new Output.Column<>(
                                    "Proof", b -> b.verification() + (b.verified() == null ? "" : " " + b.verified())));
            return OK;
        }
    }

    /** A command about one backup. */
    abstract static class OneBackup extends HoldfastCommand {
        @Argument(index = 0, name = "backup", description = "Id, its beginning, or 'latest'", required = true)
        @Completion(Completers.Backups.class)
        String backup = "";

        Backup find() throws PluginException {
            return new References(core).backup(backup);
        }

        int submit(WorkflowRequest request, boolean noWait) throws PluginException, InterruptedException {
            return new WorkflowWait(this).begin(request, !noWait);
        }
    }

    /** {@code backup-show}. */
    @Service
    @Command(scope = "holdfast", name = "backup-show", description = "Shows a backup.")
    public static final class Show extends OneBackup {
        @Override
        Permission needs() {
            return Permission.BACKUP_READ;
        }

        @Override
        int run() throws PluginException {
            BackupDto b = BackupDto.of(find());
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("id", b.id());
            fields.put("instance", b.instanceId());
            fields.put("destination", b.destinationId());
            fields.put("created", b.created());
            fields.put("status", b.status() + " " + b.message());
            fields.put("incremental", b.incremental() ? "yes" : "no");
            fields.put("read in full because", b.fullReadReason());
            fields.put(
                    "size",
                    Output.bytes(b.stats().logicalBytes()) + " in " + b.stats().items() + " items");
            fields.put("read", Output.bytes(b.stats().readBytes()));
            fields.put("new", Output.bytes(b.stats().newBytes()));
            fields.put("stored", Output.bytes(b.stats().storedBytes()));
            fields.put("problems", b.stats().problems() == 0 ? "" : b.stats().problems());
            fields.put("took", b.stats().durationMillis() / 1000.0 + " s");
            fields.put("proof", b.verification() + (b.verified() == null ? "" : " at " + b.verified()));
            BootDto boot = b.boot();
            if (boot != null) {
                fields.put("boot", (boot.good() ? "GOOD at " : "FAILED at ") + boot.time() + ": " + boot.message());
                fields.put("script", boot.output());
                fields.put("console", boot.console());
                fields.put("screenshot", boot.screenshot() ? "/api/v1/backups/" + b.id() + "/proof/screenshot" : "");
            }
            output().show(b, fields);
            return OK;
        }
    }

    /** {@code backup-browse}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "backup-browse",
            description = "Lists a directory in a backup. Example: holdfast:backup-browse latest ssl/certs")
    public static final class Browse extends OneBackup {
        private static final int PAGE = 1_000;

        @Argument(
                index = 1,
                name = "path",
                description = "The directory; the top if left out. A percent sign is written %25")
        String path = "";

        @Option(name = "--source", description = "Which part of the backup, if it has several")
        @Nullable
        String source;

        @Override
        Permission needs() {
            return Permission.RESTORE;
        }

        @Override
        int run() throws PluginException {
            String id = find().id();
            BackupContents contents = core.contents();
            String part = source == null ? onlySource(contents, id) : source;
            EntryPath directory = PathText.parse(path);
            List<EntryDto> all = new ArrayList<>();
            byte[] after = null;
            List<BackupContents.Entry> page;
            do {
                page = contents.list(id, part, directory, after, PAGE);
                page.forEach(entry -> all.add(EntryDto.of(entry)));
                after = page.isEmpty() ? null : page.get(page.size() - 1).path().name();
            } while (page.size() == PAGE);
            output().list(
                            all,
                            "Empty",
                            new Output.Column<>("Kind", EntryDto::kind),
                            new Output.Column<>("Mode", EntryDto::mode),
                            new Output.Column<>("Owner", e -> e.user() == null ? "" : e.user() + ":" + e.group()),
                            new Output.Column<>("Size", EntryDto::size),
                            new Output.Column<>("Modified", EntryDto::modified),
                            new Output.Column<>(
                                    "Path", e -> e.path() + (e.linkTarget() == null ? "" : " -> " + e.linkTarget())));
            return OK;
        }

        private static String onlySource(BackupContents contents, String id) throws PluginException {
            List<String> names = contents.sources(id).stream()
                    .map(BackupContents.SourceInfo::name)
                    .toList();
            if (names.size() != 1) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "say which part with --source: " + names);
            }
            return names.get(0);
        }
    }

    /** {@code backup-verify}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "backup-verify",
            description = "Re-reads everything that a backup needs and proves it.")
    public static final class Verify extends OneBackup {
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
            Backup found = find();
            return submit(new WorkflowRequest.Verify(found.destinationId(), found.id(), 0, 1, !shallow), noWait);
        }
    }

    /** {@code backup-delete}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "backup-delete",
            description = "Forgets a backup and frees the space that nothing else needs.")
    public static final class Delete extends OneBackup {
        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.BACKUP_DELETE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            if (backup.equals("latest")) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "to delete a backup give its id, not 'latest'");
            }
            Backup found = find();
            SecondPerson.forget(core, principal(), found.destinationId(), List.of(found.id()));
            return submit(new WorkflowRequest.Forget(found.destinationId(), List.of(found.id())), noWait);
        }
    }

    /** Something that brings an instance back from a backup, to its provider or to another. */
    abstract static class Recovery extends OneBackup {
        @Option(name = "--provider", description = "Where to; where it came from if left out")
        @Completion(Completers.Providers.class)
        @Nullable
        String provider;

        @Override
        Permission needs() {
            return Permission.RESTORE;
        }

        /** The provider that was chosen; null for the one that the instance came from. */
        final @Nullable String target() throws PluginException {
            return provider == null
                    ? null
                    : new References(core).provider(provider).id();
        }
    }

    /** {@code restore}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "restore",
            description =
                    "Restores a backup or parts of it. Example: holdfast:restore --path ssl --set target=/tmp/back latest. holdfast:provider-types lists the choices")
    public static final class Restore extends Recovery {
        @Option(name = "--set", description = "A choice as name=value, such as target=/tmp/back", multiValued = true)
        @Nullable
        List<String> settings;

        @Option(
                name = "--path",
                description = "Only this and what is below it; a percent sign is written %25",
                multiValued = true)
        @Nullable
        List<String> paths;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        int run() throws PluginException, InterruptedException {
            List<EntryPath> selection = new ArrayList<>();
            for (String path : paths == null ? List.<String>of() : paths) {
                selection.add(PathText.parse(path));
            }
            return submit(
                    new WorkflowRequest.Restore(find().id(), target(), SettingArguments.parse(settings), selection),
                    noWait);
        }
    }
}
