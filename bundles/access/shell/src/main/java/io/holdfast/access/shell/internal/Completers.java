package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** What the tabulator key offers. Whoever may not see a list is offered nothing. */
final class Completers {

    private static final int MOST = 200;

    private Completers() {}

    /** What all of them do. */
    abstract static class Offering implements Completer {
        @Reference
        @SuppressWarnings("NullAway.Init")
        CoreServices core;

        abstract List<String> offers(CommandLine line) throws PluginException;

        Permission needs() {
            return Permission.INVENTORY_READ;
        }

        @Override
        public int complete(Session session, CommandLine line, List<String> candidates) {
            try {
                Login.current(core).require(needs());
                return new StringsCompleter(offers(line)).complete(session, line, candidates);
            } catch (PluginException | CatalogException e) {
                return -1; // no offers; the command itself will say why
            }
        }
    }

    /** Names of providers. */
    @Service
    public static final class Providers extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.estate().providers(PageRequest.first(MOST)).items().stream()
                    .map(ProviderInfo::name)
                    .toList();
        }
    }

    /** Names of destinations. */
    @Service
    public static final class Destinations extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.estate().destinations(PageRequest.first(MOST)).items().stream()
                    .map(DestinationInfo::name)
                    .toList();
        }
    }

    /** Names of instances. */
    @Service
    public static final class Instances extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.estate().instances(null, null, PageRequest.first(MOST)).items().stream()
                    .map(InstanceInfo::name)
                    .distinct()
                    .toList();
        }
    }

    /** Names of policies. */
    @Service
    public static final class Policies extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.policies().list(PageRequest.first(MOST)).items().stream()
                    .map(p -> p.spec().name())
                    .toList();
        }
    }

    /** Ids of the newest backups. */
    @Service
    public static final class Backups extends Offering {
        @Override
        Permission needs() {
            return Permission.BACKUP_READ;
        }

        @Override
        List<String> offers(CommandLine line) throws PluginException {
            List<String> ids = new ArrayList<>(List.of("latest"));
            core.catalog().backups().list(null, null, PageRequest.first(MOST)).items().stream()
                    .map(Backup::id)
                    .forEach(ids::add);
            return ids;
        }
    }

    /** Ids of workflows that have not ended. */
    @Service
    public static final class ActiveWorkflows extends Offering {
        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        List<String> offers(CommandLine line) throws PluginException {
            Set<WorkflowState> active = Set.of(WorkflowState.QUEUED, WorkflowState.RUNNING);
            return core.workflows().list(WorkflowFilter.all().in(active), PageRequest.first(MOST)).items().stream()
                    .map(Workflow::id)
                    .toList();
        }
    }

    /** What workflows do. */
    @Service
    public static final class WorkflowTypes extends Offering {
        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        List<String> offers(CommandLine line) {
            return Arrays.stream(WorkflowType.values()).map(Enum::name).toList();
        }
    }

    /** Installed strategies. */
    @Service
    public static final class StrategyTypes extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.plugins().list(PluginKind.STRATEGY).stream()
                    .map(PluginDescription::id)
                    .toList();
        }
    }

    /** Installed destination types. */
    @Service
    public static final class DestinationTypes extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            return core.plugins().list(PluginKind.DESTINATION).stream()
                    .map(PluginDescription::id)
                    .toList();
        }
    }

    /** Settings of the strategy, or of the provider, that the line names. */
    @Service
    public static final class ProviderSettings extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            Set<String> words = new HashSet<>(List.of(line.getArguments()));
            String type = core.estate().providers(PageRequest.first(MOST)).items().stream()
                    .filter(p -> words.contains(p.name()) || words.contains(p.id()))
                    .map(ProviderInfo::type)
                    .findFirst()
                    .orElse("");
            return settings(core.plugins().list(PluginKind.STRATEGY), words, type);
        }
    }

    /** Settings of the destination type, or of the destination, that the line names. */
    @Service
    public static final class DestinationSettings extends Offering {
        @Override
        List<String> offers(CommandLine line) throws PluginException {
            Set<String> words = new HashSet<>(List.of(line.getArguments()));
            String type = core.estate().destinations(PageRequest.first(MOST)).items().stream()
                    .filter(d -> words.contains(d.name()) || words.contains(d.id()))
                    .map(DestinationInfo::type)
                    .findFirst()
                    .orElse("");
            return settings(core.plugins().list(PluginKind.DESTINATION), words, type);
        }
    }

    private static List<String> settings(List<PluginDescription> plugins, Set<String> words, String type) {
        List<String> offers = new ArrayList<>();
        plugins.stream()
                .filter(p -> words.contains(p.id()) || p.id().equals(type))
                .flatMap(p -> p.schema().settings().stream())
                .forEach(setting -> offers.addAll(values(setting)));
        return offers;
    }

    private static List<String> values(Setting setting) {
        List<String> choices = setting.kind() == SettingKind.BOOLEAN ? List.of("true", "false") : setting.choices();
        return choices.isEmpty()
                ? List.of(setting.name() + "=")
                : choices.stream().map(choice -> setting.name() + "=" + choice).toList();
    }
}
