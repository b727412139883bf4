package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.SnapshotControl;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Backs up and restores the machines of one host. */
final class LibvirtStrategy implements Strategy, SnapshotControl {

    private final Provider provider;

    LibvirtStrategy(Provider provider) {
        this.provider = provider;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return Set.of(
                StrategyCapability.IMPORT,
                StrategyCapability.DISCOVERY,
                StrategyCapability.MANUAL_INSTANCES,
                StrategyCapability.INCREMENTAL,
                StrategyCapability.SNAPSHOTS);
    }

    @Override
    public void test(TaskContext context) throws PluginException {
        new HostCheck(provider).run(context);
    }

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        new Inventory(provider.virsh()).list(found, context);
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        return new Inventory(provider.virsh()).describe(Uuids.require(externalId));
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        MachineStats stats =
                provider.virsh().stats(Uuids.require(request.instance().externalId()));
        return stats.active()
                ? new LiveExport(provider, request, context, stats).open()
                : StoppedExport.open(provider, request, context);
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return LibvirtImport.open(provider, request, context);
    }

    @Override
    public SnapshotInfo create(InstanceDescription instance, String name, TaskContext context) throws PluginException {
        return create(new SnapshotRequest(instance, Settings.empty(), name, "", false), context);
    }

    /** Always quiesced: it holds the memory, or the machine is stopped. */
    @Override
    public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
        return new MachineSnapshots(provider).create(request, context);
    }

    @Override
    public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return new MachineSnapshots(provider).list(instance.externalId());
    }

    @Override
    public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        new SnapshotRevert(provider, instance.externalId(), context).to(snapshot.id());
    }

    @Override
    public void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        context.cancellation().throwIfCancelled();
        new MachineSnapshots(provider).delete(instance.externalId(), snapshot.id());
    }

    @Override
    public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        new Cleanup(provider).undo(entry);
    }

    @Override
    public void close() {
        provider.host().close();
    }
}
