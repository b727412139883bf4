package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.RandomReadable;
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
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A faultless strategy for {@link FakeHypervisor}. */
final class FakeStrategy implements Strategy, SnapshotControl, InstantRecovery {

    private final FakeHypervisor hypervisor;
    private final Clock clock;

    FakeStrategy(FakeHypervisor hypervisor, Clock clock) {
        this.hypervisor = hypervisor;
        this.clock = clock;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return EnumSet.allOf(StrategyCapability.class);
    }

    @Override
    public void test(TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        hypervisor.perform(FakeHypervisor.Operation.TEST);
    }

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        for (FakeMachine machine : hypervisor.machines()) {
            context.cancellation().throwIfCancelled();
            hypervisor.perform(FakeHypervisor.Operation.INVENTORY);
            found.accept(description(machine));
        }
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        hypervisor.perform(FakeHypervisor.Operation.INVENTORY);
        return description(hypervisor.find(externalId));
    }

    private static InstanceDescription description(FakeMachine machine) {
        long size = machine.disks().values().stream().mapToLong(FakeDisk::size).sum();
        return new InstanceDescription(machine.id(), machine.id(), "machine", size, Map.of("fake", "yes"));
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return FakeExportSession.open(hypervisor, request, context);
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        String name = request.settings().find("name").orElse(request.instance().externalId());
        SideEffectJournal.Entry entry = context.journal().record("machine", Map.of("machine", name));
        try {
            FakeMachine machine = hypervisor.begin(name, request.settings().flag("replace"));
            return new FakeImportSession(hypervisor, machine, request, entry);
        } catch (PluginException e) {
            entry.undone();
            throw e;
        }
    }

    @Override
    public InstantSession openInstant(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return FakeInstantSession.open(hypervisor, request, context);
    }

    /** A machine passes if its first disk does not begin with the letter X. */
    @Override
    public BootReport prove(InstantRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        ByteBuffer first = ByteBuffer.allocate(1);
        for (RandomReadable disk : request.disks().values()) {
            disk.read(0, first);
            break;
        }
        boolean good = first.get(0) != 'X';
        return new BootReport(
                good,
                good ? "the guest agent answers" : "the disk does not boot",
                List.of("login:"),
                List.of("looked"),
                good ? new byte[] {1, 2, 3} : new byte[0]);
    }

    @Override
    public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        String machine = entry.details().getOrDefault("machine", "");
        switch (entry.kind()) {
            case "snapshot" -> hypervisor.deleteSnapshot(entry.details().getOrDefault("snapshot", ""));
            case "checkpoint" ->
                hypervisor.deleteCheckpoint(machine, entry.details().getOrDefault("checkpoint", ""));
            case "machine" -> hypervisor.abandon(machine);
            case FakeInstantSession.KIND -> hypervisor.endInstant(machine);
            default ->
                throw new PluginException(
                        ErrorKind.INTERNAL, "cannot undo '" + entry.kind() + "': this plugin never creates that");
        }
        entry.undone();
    }

    @Override
    public SnapshotInfo create(InstanceDescription instance, String name, TaskContext context) throws PluginException {
        return create(new SnapshotRequest(instance, Settings.empty(), name, "", false), context);
    }

    @Override
    public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        String id = hypervisor.newSnapshotId();
        SideEffectJournal.Entry entry = context.journal()
                .record("snapshot", Map.of("machine", request.instance().externalId(), "snapshot", id));
        try {
            SnapshotInfo made = hypervisor.keepSnapshot(id, request, clock.instant());
            entry.undone(); // it is meant to stay from now on
            return made;
        } catch (PluginException e) {
            entry.undone();
            throw e;
        }
    }

    @Override
    public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        hypervisor.perform(FakeHypervisor.Operation.INVENTORY);
        hypervisor.find(instance.externalId());
        return hypervisor.snapshotInfos(instance.externalId());
    }

    @Override
    public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        context.cancellation().throwIfCancelled();
        hypervisor.revert(instance.externalId(), snapshot.id());
    }

    @Override
    public void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        context.cancellation().throwIfCancelled();
        hypervisor.find(instance.externalId());
        hypervisor.deleteSnapshot(snapshot.id());
    }

    @Override
    public void close() {}
}
