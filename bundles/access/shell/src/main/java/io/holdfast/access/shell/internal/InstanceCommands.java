package io.holdfast.access.shell.internal;

import io.holdfast.access.model.ChangePointDto;
import io.holdfast.access.model.ChangesDto;
import io.holdfast.access.model.InstanceDto;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about instances. */
final class InstanceCommands {

    private InstanceCommands() {}

    private static int show(HoldfastCommand command, InstanceInfo instance) {
        InstanceDto i = InstanceDto.of(instance);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", i.id());
        fields.put("name", i.name());
        fields.put("kind", i.kind());
        fields.put("provider", i.providerId());
        fields.put("external id", i.externalId());
        fields.put("size", Output.bytes(i.sizeBytes()));
        fields.put("labels", i.labels().isEmpty() ? "" : i.labels());
        fields.put("settings", Output.settings(i.settings()));
        fields.put("present", i.present() ? "yes" : "no, the last inventory did not find it");
        fields.put("last seen", i.lastSeen());
        command.output().show(i, fields);
        return HoldfastCommand.OK;
    }

    /** {@code instance-list}. */
    @Service
    @Command(scope = "holdfast", name = "instance-list", description = "Lists the instances.")
    public static final class ListInstances extends HoldfastCommand {
        @Option(name = "--provider", description = "Only those of this provider")
        @Completion(Completers.Providers.class)
        @Nullable
        String provider;

        @Option(name = "--name", description = "Only those whose name contains this")
        @Nullable
        String name;

        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            References references = new References(core);
            String id = provider == null ? null : references.provider(provider).id();
            Map<String, String> providers =
                    references.providers().stream().collect(Collectors.toMap(ProviderInfo::id, ProviderInfo::name));
            var estate = core.estate();
            List<InstanceDto> all = Page.all(page -> estate.instances(id, name, page)).stream()
                    .map(InstanceDto::of)
                    .toList();
            output().list(
                            all,
                            "No instances yet: holdfast:inventory PROVIDER, or holdfast:instance-add PROVIDER ID",
                            new Output.Column<>("ID", InstanceDto::id),
                            new Output.Column<>("Name", InstanceDto::name),
                            new Output.Column<>("Kind", InstanceDto::kind),
                            new Output.Column<>("Size", i -> Output.bytes(i.sizeBytes())),
                            new Output.Column<>("Present", InstanceDto::present),
                            new Output.Column<>(
                                    "Provider", i -> providers.getOrDefault(i.providerId(), i.providerId())));
            return OK;
        }
    }

    /** {@code instance-show}. */
    @Service
    @Command(scope = "holdfast", name = "instance-show", description = "Shows an instance.")
    public static final class Show extends HoldfastCommand {
        @Argument(name = "instance", description = "Id, its beginning, name, or the provider's id", required = true)
        @Completion(Completers.Instances.class)
        String instance = "";

        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            return show(this, new References(core).instance(instance));
        }
    }

    /** {@code instance-set}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "instance-set",
            description =
                    "Changes settings of an instance; those that are not given stay. Example: holdfast:instance-set /srv excludes=*.tmp excludes=cache")
    public static final class Set extends HoldfastCommand {
        @Argument(
                index = 0,
                name = "instance",
                description = "Id, its beginning, name, or the provider's id",
                required = true)
        @Completion(Completers.Instances.class)
        String instance = "";

        @Argument(
                index = 1,
                name = "settings",
                description = "name=value, several of one name for a list, name= for none",
                multiValued = true,
                required = true)
        @Nullable
        List<String> settings;

        @Override
        Permission needs() {
            return Permission.INVENTORY_WRITE;
        }

        @Override
        int run() throws PluginException {
            InstanceInfo before = new References(core).instance(instance);
            Map<String, List<String>> merged =
                    SettingArguments.merge(before.settings().values(), SettingArguments.parse(settings));
            return show(this, core.estate().updateInstance(before.id(), merged));
        }
    }

    /** {@code inventory}. */
    @Service
    @Command(scope = "holdfast", name = "inventory", description = "Asks a provider for its instances.")
    public static final class Inventory extends HoldfastCommand {
        @Argument(name = "provider", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Providers.class)
        String provider = "";

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.INVENTORY_SYNC;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            var request = new WorkflowRequest.Inventory(
                    new References(core).provider(provider).id(), null);
            return new WorkflowWait(this).begin(request, !noWait);
        }
    }

    /** {@code instance-add}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "instance-add",
            description =
                    "Adds an instance by the provider's id for it. Example: holdfast:instance-add \"my files\" /etc")
    public static final class Add extends HoldfastCommand {
        @Argument(index = 0, name = "provider", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Providers.class)
        String provider = "";

        @Argument(index = 1, name = "external-id", description = "The provider's id, such as a path", required = true)
        String externalId = "";

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.INVENTORY_SYNC;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            var request = new WorkflowRequest.Inventory(
                    new References(core).provider(provider).id(), externalId);
            return new WorkflowWait(this).begin(request, !noWait);
        }
    }

    /** {@code instance-changes}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "instance-changes",
            description =
                    "Shows how much the last backups of an instance have changed, how much of that looks random, and what is unusual.")
    public static final class Changes extends HoldfastCommand {
        @Argument(name = "instance", description = "Id, its beginning, name, or the provider's id", required = true)
        @Completion(Completers.Instances.class)
        String instance = "";

        @Option(name = "--last", description = "So many backups")
        int last = 30;

        @Override
        Permission needs() {
            return Permission.BACKUP_READ;
        }

        @Override
        int run() throws PluginException {
            String id = new References(core).instance(instance).id();
            int count = Math.max(1, Math.min(PageRequest.MAX_LIMIT, last));
            ChangesDto changes = ChangesDto.last(core, id, count);
            output().list(
                            changes.items(),
                            "No backups",
                            new Output.Column<>("Created", ChangePointDto::created),
                            new Output.Column<>("New", p -> Output.bytes(p.newBytes())),
                            new Output.Column<>("Changed", p -> Charts.percent(p.changeRate())),
                            new Output.Column<>("Random", p -> Charts.percent(p.incompressibleShare())),
                            new Output.Column<>("Unusual", ChangePointDto::suddenChange),
                            new Output.Column<>("Backup", ChangePointDto::backupId));
            if (!json && !changes.items().isEmpty()) {
                out().println("changed  "
                        + Charts.line(changes.items().stream()
                                .<@Nullable Double>map(ChangePointDto::changeRate)
                                .toList()));
                out().println("random   "
                        + Charts.line(new ArrayList<>(changes.items().stream()
                                .map(p -> known(p.incompressibleShare()))
                                .toList())));
            }
            return OK;
        }

        /** A list of the JDK holds no null. */
        private static Double known(@Nullable Double share) {
            return share == null ? Double.NaN : share;
        }
    }
}
