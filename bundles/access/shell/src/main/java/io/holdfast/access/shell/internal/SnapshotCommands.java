package io.holdfast.access.shell.internal;

import io.holdfast.access.model.RetentionReasonDto;
import io.holdfast.access.model.SnapshotDecisionDto;
import io.holdfast.access.model.SnapshotDto;
import io.holdfast.access.model.SnapshotPreviewDto;
import io.holdfast.access.model.SnapshotRuleDto;
import io.holdfast.access.model.SnapshotsDto;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about snapshots that are kept on providers. */
final class SnapshotCommands {

    private static final String INSTANCE = "Id, its beginning, name, or the provider's id";
    private static final String SNAPSHOT = "Id, its beginning, or name, as holdfast:snapshot-list shows";

    private SnapshotCommands() {}

    /** What all have in common. */
    abstract static class OfInstance extends HoldfastCommand {
        @Argument(index = 0, name = "instance", description = INSTANCE, required = true)
        @Completion(Completers.Instances.class)
        String instance = "";

        InstanceInfo found() throws PluginException {
            return new References(core).instance(instance);
        }

        SnapshotInfo snapshot(InstanceInfo of, String reference) throws PluginException {
            return References.one(
                    "snapshot", reference, core.snapshots().list(of.id()), SnapshotInfo::id, SnapshotInfo::name);
        }
    }

    /** What becomes a workflow. */
    abstract static class Ordered extends OfInstance {
        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        int order(String instanceId, SnapshotOrder order) throws PluginException, InterruptedException {
            return new WorkflowWait(this).begin(new WorkflowRequest.Snapshot(instanceId, order), !noWait);
        }
    }

    /** {@code snapshot-list}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "snapshot-list",
            description = "Lists the snapshots of an instance that are kept on its provider, those of others too.")
    public static final class ListSnapshots extends OfInstance {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            output().list(
                            SnapshotsDto.of(core.snapshots().list(found().id())).items(),
                            "No snapshots",
                            new Output.Column<>("ID", SnapshotDto::id),
                            new Output.Column<>("Name", SnapshotDto::name),
                            new Output.Column<>("Created", SnapshotDto::created),
                            new Output.Column<>("Made by", s -> s.ours() ? "Holdfast" : "others"),
                            new Output.Column<>("Consistency", SnapshotDto::consistency),
                            new Output.Column<>("Current", s -> s.current() ? "yes" : ""),
                            new Output.Column<>("Description", SnapshotDto::description));
            return OK;
        }
    }

    /** {@code snapshot-create}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "snapshot-create",
            description =
                    "Takes a snapshot that stays on the provider. It is no backup. Example: holdfast:snapshot-create web \"before upgrade\"")
    public static final class Create extends Ordered {
        @Argument(index = 1, name = "name", description = "What it is called; made of the time if left out")
        String name = "";

        @Option(name = "--description", description = "Why it is taken")
        String description = "";

        @Option(name = "--quiesce", description = "Fail rather than being less than application-consistent")
        boolean quiesce;

        @Override
        Permission needs() {
            return Permission.SNAPSHOT_CREATE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            return order(found().id(), new SnapshotOrder.Take(name, description, quiesce));
        }
    }

    /** {@code snapshot-revert}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "snapshot-revert",
            description = "Takes an instance back to a snapshot. What was written since is lost; needs --yes.")
    public static final class Revert extends Ordered {
        @Argument(index = 1, name = "snapshot", description = SNAPSHOT, required = true)
        String snapshot = "";

        @Option(name = "--yes", description = "Yes, lose what was written since")
        boolean yes;

        @Override
        Permission needs() {
            return Permission.SNAPSHOT_REVERT;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            InstanceInfo of = found();
            SnapshotInfo to = snapshot(of, snapshot);
            if (!yes) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "'" + of.name() + "' would lose everything that was written since " + to.created()
                                + "; add --yes if that is wanted");
            }
            return order(of.id(), new SnapshotOrder.Revert(to.id()));
        }
    }

    /** {@code snapshot-delete}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "snapshot-delete",
            description = "Deletes a snapshot that Holdfast made; the instance stays as it is.")
    public static final class Delete extends Ordered {
        @Argument(index = 1, name = "snapshot", description = SNAPSHOT, required = true)
        String snapshot = "";

        @Override
        Permission needs() {
            return Permission.SNAPSHOT_DELETE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            InstanceInfo of = found();
            return order(
                    of.id(), new SnapshotOrder.Delete(snapshot(of, snapshot).id()));
        }
    }

    /** {@code snapshot-retain}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "snapshot-retain",
            description =
                    "Deletes the snapshots of an instance that are too many or too old, of those that Holdfast made. Example: holdfast:snapshot-retain --versions 3 --days 7 --dry-run web")
    public static final class Retain extends Ordered {
        @Option(name = "--versions", description = "Keep at most so many")
        @Nullable
        Integer versions;

        @Option(name = "--days", description = "Keep none for more than so many days")
        @Nullable
        Integer days;

        @Option(name = "--keep-minimum", description = "Keep the newest so many, however old")
        @Nullable
        Integer minimum;

        @Option(name = "--dry-run", description = "Only show what would be kept and deleted, and why")
        boolean dryRun;

        @Override
        Permission needs() {
            return dryRun ? Permission.INVENTORY_READ : Permission.SNAPSHOT_DELETE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            String id = found().id();
            var rule = new SnapshotRuleDto(versions, days, minimum).toRule();
            if (!dryRun) {
                return order(id, new SnapshotOrder.Retain(rule, false));
            }
            var decisions =
                    core.workflows().previewSnapshots(id, core.snapshots().list(id), rule);
            output().list(
                            SnapshotPreviewDto.of(decisions).items(),
                            "No snapshots that Holdfast made",
                            new Output.Column<>("Snapshot", SnapshotDecisionDto::snapshotId),
                            new Output.Column<>("Created", SnapshotDecisionDto::created),
                            new Output.Column<>("", d -> d.keep() ? "keep" : "delete"),
                            new Output.Column<>("Why", d -> d.reasons().stream()
                                    .map(RetentionReasonDto::message)
                                    .collect(Collectors.joining("; "))));
            return OK;
        }
    }
}
