package io.holdfast.testkit.fault;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.spi.strategy.StrategyType;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** A kind of provider whose connections go wrong by plan. They have no snapshot control, and do not claim to. */
public final class FaultyStrategyType implements StrategyType {

    private final StrategyType good;
    private final Injection injection;

    /**
     * @param good does the work
     * @param plan says what goes wrong
     */
    public FaultyStrategyType(StrategyType good, FaultPlan plan) {
        this.good = good;
        this.injection = new Injection(plan);
    }

    @Override
    public String id() {
        return good.id();
    }

    @Override
    public String displayName() {
        return good.displayName();
    }

    @Override
    public boolean discovers() {
        return good.discovers();
    }

    @Override
    public SettingsSchema schema() {
        return good.schema();
    }

    @Override
    public SettingsSchema instanceSchema() {
        return good.instanceSchema();
    }

    @Override
    public SettingsSchema restoreSchema() {
        return good.restoreSchema();
    }

    @Override
    public Strategy connect(Settings settings, PluginContext context) throws PluginException {
        return injection.call(Operation.CONNECT, id(), () -> new Faulty(good.connect(settings, context)));
    }

    private final class Faulty implements Strategy {
        private final Strategy strategy;

        Faulty(Strategy strategy) {
            this.strategy = strategy;
        }

        @Override
        public Set<StrategyCapability> capabilities() {
            EnumSet<StrategyCapability> capabilities = EnumSet.noneOf(StrategyCapability.class);
            capabilities.addAll(strategy.capabilities());
            capabilities.remove(StrategyCapability.SNAPSHOTS);
            capabilities.remove(StrategyCapability.INSTANT_RECOVERY);
            capabilities.remove(StrategyCapability.BOOT_PROOF);
            return capabilities;
        }

        @Override
        public void test(TaskContext context) throws PluginException {
            injection.run(Operation.TEST, "", () -> strategy.test(context));
        }

        @Override
        public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
            injection.run(Operation.INVENTORY, "", () -> strategy.inventory(found, context));
        }

        @Override
        public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
            return injection.call(Operation.INVENTORY, externalId, () -> strategy.describe(externalId, context));
        }

        @Override
        public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
            String instance = request.instance().externalId();
            return injection.call(
                    Operation.OPEN_EXPORT,
                    instance,
                    () -> new FaultyExport(strategy.openExport(request, context), instance, injection));
        }

        @Override
        public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
            String instance = request.instance().externalId();
            return injection.call(
                    Operation.OPEN_IMPORT,
                    instance,
                    () -> new FaultyImport(strategy.openImport(request, context), instance, injection));
        }

        @Override
        public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
            injection.run(Operation.UNDO, entry.kind(), () -> strategy.undo(entry, context));
        }

        @Override
        public void close() {
            strategy.close();
        }
    }
}
