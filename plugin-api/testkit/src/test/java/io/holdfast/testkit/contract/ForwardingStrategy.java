package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
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

/** Passes everything on, for defects to override. */
class ForwardingStrategy implements Strategy, SnapshotControl {

    final Strategy good;

    ForwardingStrategy(Strategy good) {
        this.good = good;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return good.capabilities();
    }

    @Override
    public void test(TaskContext context) throws PluginException {
        good.test(context);
    }

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        good.inventory(found, context);
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        return good.describe(externalId, context);
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        return good.openExport(request, context);
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        return good.openImport(request, context);
    }

    @Override
    public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        good.undo(entry, context);
    }

    @Override
    public SnapshotInfo create(InstanceDescription instance, String name, TaskContext context) throws PluginException {
        return ((SnapshotControl) good).create(instance, name, context);
    }

    @Override
    public SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
        return ((SnapshotControl) good).create(request, context);
    }

    @Override
    public List<SnapshotInfo> list(InstanceDescription instance, TaskContext context) throws PluginException {
        return ((SnapshotControl) good).list(instance, context);
    }

    @Override
    public void revert(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        ((SnapshotControl) good).revert(instance, snapshot, context);
    }

    @Override
    public void delete(InstanceDescription instance, SnapshotInfo snapshot, TaskContext context)
            throws PluginException {
        ((SnapshotControl) good).delete(instance, snapshot, context);
    }

    @Override
    public void close() {
        good.close();
    }
}
