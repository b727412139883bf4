package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.BootReport;
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
import java.util.Set;
import java.util.function.Consumer;

/** Backs up and restores the machines of one host. */
final class LibvirtStrategy implements Strategy, InstantRecovery {

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
                StrategyCapability.INSTANT_RECOVERY,
                StrategyCapability.BOOT_PROOF);
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
    public InstantSession openInstant(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return InstantMachine.open(provider, request, context);
    }

    @Override
    public BootReport prove(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return BootProof.run(provider, request, context);
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
