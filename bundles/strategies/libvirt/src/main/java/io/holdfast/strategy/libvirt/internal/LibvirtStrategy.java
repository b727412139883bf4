package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.InstantRecovery;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.InstantSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Backs up and restores the machines of one host. */
final class LibvirtStrategy implements Strategy, InstantRecovery {

    private final Hosts hosts;

    LibvirtStrategy(Hosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return Set.of(
                StrategyCapability.IMPORT,
                StrategyCapability.DISCOVERY,
                StrategyCapability.MANUAL_INSTANCES,
                StrategyCapability.INCREMENTAL,
                StrategyCapability.INSTANT_RECOVERY);
    }

    @Override
    public void test(TaskContext context) throws PluginException {
        for (Hosts.Member member : hosts.members()) {
            new HostCheck(member.provider()).run(context);
        }
    }

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        new Inventory(hosts).list(found, context);
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        return new Inventory(hosts).describe(Uuids.require(externalId));
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        String uuid = Uuids.require(request.instance().externalId());
        Provider provider = hosts.of(uuid).provider();
        MachineStats stats = provider.virsh().stats(uuid);
        return stats.active()
                ? new LiveExport(provider, request, context, stats).open()
                : StoppedExport.open(provider, request, context);
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        RestoreOptions options = RestoreOptions.of(request.settings());
        Provider provider = hosts.target(options.host(), options.overwrites(), ImportPlanner.name(request, options));
        return LibvirtImport.open(provider, request, options, context);
    }

    @Override
    public InstantSession openInstant(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        Optional<String> host = request.settings().find("host").filter(text -> !text.isBlank());
        Map<String, String> earlier = request.earlier().isEmpty()
                ? Map.of()
                : request.earlier().get(0).details();
        Provider provider = earlier.isEmpty()
                ? hosts.target(host, false, "")
                : hosts.written(Cleanup.of(earlier, Provider.HOST), Cleanup.of(earlier, "machine"));
        return InstantMachine.open(provider, request, context);
    }

    @Override
    public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        Provider provider =
                hosts.written(Cleanup.of(entry.details(), Provider.HOST), Cleanup.of(entry.details(), "machine"));
        switch (entry.kind()) {
            case InPlace.JOURNAL -> InPlace.report(provider, entry, context);
            case SnapshotCommands.JOURNAL -> SnapshotCommands.undo(provider, entry, context);
            default -> new Cleanup(provider).undo(entry);
        }
    }

    @Override
    public void close() {
        hosts.close();
    }
}
