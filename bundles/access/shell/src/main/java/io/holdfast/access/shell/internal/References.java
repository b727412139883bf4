package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.Texts;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.vault.BackupId;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Finds what somebody means by an id, the beginning of one that only one thing has, or a name that only one thing has. */
final class References {

    private final CoreServices core;

    References(CoreServices core) {
        this.core = core;
    }

    ProviderInfo provider(String reference) throws PluginException {
        return one("provider", reference, providers(), ProviderInfo::id, ProviderInfo::name);
    }

    DestinationInfo destination(String reference) throws PluginException {
        return one("destination", reference, destinations(), DestinationInfo::id, DestinationInfo::name);
    }

    InstanceInfo instance(String reference) throws PluginException {
        List<InstanceInfo> all = instances();
        List<InstanceInfo> external =
                all.stream().filter(i -> i.externalId().equals(reference)).toList();
        return external.size() == 1
                ? external.get(0)
                : one("instance", reference, all, InstanceInfo::id, InstanceInfo::name);
    }

    Backup backup(String reference) throws PluginException {
        List<Backup> all = backups();
        if (reference.equals("latest") && !all.isEmpty()) {
            return newest(all);
        }
        return one("backup", reference, all, Backup::id, b -> "");
    }

    /**
     * Of the newest backup the place where it was made: its copies have the same times and the same session in the id. What made it came
     * before what copied it; where that is not known, the destination before its replica. Ids order by time.
     */
    private static Backup newest(List<Backup> all) {
        String session = BackupId.common(all.get(0).id());
        List<Backup> same = all.stream()
                .filter(b -> BackupId.common(b.id()).equals(session))
                .toList();
        boolean known = same.stream().noneMatch(b -> b.workflowId().isEmpty());
        return same.stream()
                .min(Comparator.comparing(known ? Backup::workflowId : Backup::destinationId))
                .orElse(all.get(0));
    }

    Workflow workflow(String reference) throws PluginException {
        return one("workflow", reference, workflows(), Workflow::id, w -> "");
    }

    PolicyInfo policy(String reference) throws PluginException {
        return one(
                "policy", reference, policies(), PolicyInfo::id, p -> p.spec().name());
    }

    List<PolicyInfo> policies() throws PluginException {
        return Page.all(core.policies()::list);
    }

    List<ProviderInfo> providers() throws PluginException {
        return Page.all(core.estate()::providers);
    }

    List<DestinationInfo> destinations() throws PluginException {
        return Page.all(core.estate()::destinations);
    }

    List<InstanceInfo> instances() throws PluginException {
        var estate = core.estate();
        return Page.all(page -> estate.instances(null, null, page));
    }

    List<Backup> backups() throws PluginException {
        var backups = core.catalog().backups();
        return Page.all(page -> backups.list(null, null, page));
    }

    List<Workflow> workflows() throws PluginException {
        var workflows = core.workflows();
        return Page.all(page -> workflows.list(WorkflowFilter.all(), page));
    }

    static <T> T one(String kind, String reference, List<T> all, Function<T, String> id, Function<T, String> name)
            throws PluginException {
        for (T item : all) {
            if (id.apply(item).equals(reference)) {
                return item;
            }
        }
        List<T> found =
                all.stream().filter(i -> name.apply(i).equals(reference)).toList();
        if (found.isEmpty() && !reference.isEmpty()) {
            found = all.stream().filter(i -> id.apply(i).startsWith(reference)).toList();
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        String shown = "'" + Texts.printable(reference) + "'";
        throw found.isEmpty()
                ? new PluginException(
                        ErrorKind.NOT_FOUND,
                        "there is no " + kind + " " + shown + "; holdfast:" + kind + "-list shows all")
                : new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "more than one " + kind + " is called " + shown + ": "
                                + found.stream().limit(5).map(id).toList());
    }
}
