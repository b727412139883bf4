package io.holdfast.access.shell.internal;

import io.holdfast.access.model.PluginsDto;
import io.holdfast.access.model.ProviderDto;
import io.holdfast.access.model.StrategyTypeDto;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.security.Permission;
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

/** Commands about providers. */
final class ProviderCommands {

    private ProviderCommands() {}

    private static int show(HoldfastCommand command, ProviderInfo provider) {
        ProviderDto p = ProviderDto.of(provider);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", p.id());
        fields.put("name", p.name());
        fields.put("type", p.type() + (provider.typeInstalled() ? "" : " (not installed)"));
        fields.put("settings", Output.settings(p.settings()));
        fields.put("health", p.health().state() + " " + p.health().message());
        command.output().show(p, fields);
        return HoldfastCommand.OK;
    }

    /** {@code provider-list}. */
    @Service
    @Command(scope = "holdfast", name = "provider-list", description = "Lists the providers.")
    public static final class ListProviders extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            List<ProviderDto> all = new References(core)
                    .providers().stream().map(ProviderDto::of).toList();
            output().list(
                            all,
                            "No providers yet: holdfast:provider-create TYPE NAME",
                            new Output.Column<>("ID", ProviderDto::id),
                            new Output.Column<>("Name", ProviderDto::name),
                            new Output.Column<>("Type", ProviderDto::type),
                            new Output.Column<>("Health", p -> p.health().state()),
                            new Output.Column<>("Message", p -> p.health().message()));
            return OK;
        }
    }

    /** {@code provider-show}. */
    @Service
    @Command(scope = "holdfast", name = "provider-show", description = "Shows a provider. Secrets are not shown.")
    public static final class Show extends HoldfastCommand {
        @Argument(name = "provider", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Providers.class)
        String provider = "";

        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            return show(this, new References(core).provider(provider));
        }
    }

    /** {@code provider-create}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "provider-create",
            description = "Adds a provider. Example: holdfast:provider-create filesystem \"my files\"")
    public static final class Create extends HoldfastCommand {
        @Argument(index = 0, name = "type", description = "Strategy, see holdfast:provider-types", required = true)
        @Completion(Completers.StrategyTypes.class)
        String type = "";

        @Argument(index = 1, name = "name", description = "Its name, unique among providers", required = true)
        String name = "";

        @Argument(
                index = 2,
                name = "settings",
                description = "name=value, several of one name for a list",
                multiValued = true)
        @Completion(Completers.ProviderSettings.class)
        @Nullable
        List<String> settings;

        @Override
        Permission needs() {
            return Permission.INVENTORY_WRITE;
        }

        @Override
        int run() throws PluginException {
            return show(this, core.estate().createProvider(type, name, SettingArguments.parse(settings)));
        }
    }

    /** {@code provider-update}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "provider-update",
            description = "Changes a provider. Settings that are not given stay; name= removes one.")
    public static final class Update extends HoldfastCommand {
        @Argument(index = 0, name = "provider", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Providers.class)
        String provider = "";

        @Option(name = "--name", description = "Its new name")
        @Nullable
        String name;

        @Argument(
                index = 1,
                name = "settings",
                description = "name=value, several of one name for a list",
                multiValued = true)
        @Completion(Completers.ProviderSettings.class)
        @Nullable
        List<String> settings;

        @Override
        Permission needs() {
            return Permission.INVENTORY_WRITE;
        }

        @Override
        int run() throws PluginException {
            ProviderInfo before = new References(core).provider(provider);
            Map<String, List<String>> merged =
                    SettingArguments.merge(before.settings().values(), SettingArguments.parse(settings));
            return show(this, core.estate().updateProvider(before.id(), name, merged));
        }
    }

    /** {@code provider-delete}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "provider-delete",
            description = "Removes a provider with its instances, if none of them has backups.")
    public static final class Delete extends HoldfastCommand {
        @Argument(name = "provider", description = "Id, its beginning, or name", required = true)
        @Completion(Completers.Providers.class)
        String provider = "";

        @Override
        Permission needs() {
            return Permission.INVENTORY_WRITE;
        }

        @Override
        int run() throws PluginException {
            ProviderInfo found = new References(core).provider(provider);
            core.estate().removeProvider(found.id());
            output().done(Map.of("id", found.id()), "provider '" + found.name() + "' removed");
            return OK;
        }
    }

    /** {@code provider-types}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "provider-types",
            description = "Lists the kinds of providers and their settings.")
    public static final class Types extends HoldfastCommand {
        @Override
        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        int run() throws PluginException {
            output().list(
                            PluginsDto.of(core.plugins()).strategies(),
                            "No strategy is installed",
                            new Output.Column<>("Type", StrategyTypeDto::id),
                            new Output.Column<>("Name", StrategyTypeDto::displayName),
                            new Output.Column<>("Settings", t -> PluginCommands.names(t.settings())),
                            new Output.Column<>("Of an instance", t -> PluginCommands.names(t.instanceSettings())),
                            new Output.Column<>("At a restore", t -> PluginCommands.names(t.restoreSettings())),
                            new Output.Column<>(
                                    "At an instant recovery", t -> PluginCommands.names(t.instantSettings())),
                            new Output.Column<>("At a boot proof", t -> PluginCommands.names(t.proofSettings())));
            return OK;
        }
    }
}
