package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.BootReport;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.InstantRecovery;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.InstantSession;
import io.holdfast.spi.strategy.SnapshotControl;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Backs up and restores the machines of one host. */
final class LibvirtStrategy implements Strategy, InstantRecovery, SnapshotControl {

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
                StrategyCapability.INSTANT_RECOVERY,
                StrategyCapability.BOOT_PROOF,
                StrategyCapability.SNAPSHOTS);
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
        MachineState state = provider.virsh().state(uuid);
        return state.stats().active()
                ? new LiveExport(provider, request, context, state).open()
                : StoppedExport.open(provider, request, context, state.definition());
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        RestoreOptions options = RestoreOptions.of(request.settings());
        return LibvirtImport.open(
                hosts.target(options, ImportPlanner.name(request, options)), request, options, context);
    }

    @Override
    public InstantSession openInstant(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return InstantMachine.open(hosts.instant(request), request, context);
    }

    @Override
    public SnapshotInfo create(InstanceDescription instance, String name, TaskContext context) throws PluginException {
        return create(new SnapshotRequest(instance, Settings.empty(), name, "", false), context);
    }

    /** Always quiesced: it holds the memory, or the machine is stopped. */
    @Override
    public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
        return new MachineSnapshots(having(request.instance())).create(request, context);
    }

    @Override
    public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return new MachineSnapshots(having(instance)).list(instance.externalId());
    }

    @Override
    public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        new SnapshotRevert(having(instance), instance.externalId(), context).to(snapshot.id());
    }

    @Override
    public void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        context.cancellation().throwIfCancelled();
        new MachineSnapshots(having(instance)).delete(instance.externalId(), snapshot.id());
    }

    private Provider having(InstanceDescription machine) throws PluginException {
        return hosts.of(Uuids.require(machine.externalId())).provider();
    }

    @Override
    public BootReport prove(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return BootProof.run(hosts.instant(request), request, context);
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
