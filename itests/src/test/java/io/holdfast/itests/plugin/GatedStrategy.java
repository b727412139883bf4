package io.holdfast.itests.plugin;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One instance, {@code stream}. A "snapshot" is made for every export and journalled as a real one would be. */
final class GatedStrategy implements Strategy {

    private static final InstanceDescription STREAM =
            new InstanceDescription("stream", "gated stream", "stream", GatedStream.SIZE, Map.of());

    private final Gate gate;

    GatedStrategy(Gate gate) {
        this.gate = gate;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return Set.of(StrategyCapability.IMPORT, StrategyCapability.DISCOVERY, StrategyCapability.MANUAL_INSTANCES);
    }

    @Override
    public void test(TaskContext context) {}

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) {
        found.accept(STREAM);
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) {
        return STREAM;
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        SideEffectJournal.Entry entry = context.journal()
                .record("snapshot", Map.of("path", gate.snapshot().toString()));
        gate.touch(gate.snapshot());
        return new GatedExport(gate, context.cancellation(), () -> undo(entry, context));
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) {
        return new FileImport(Path.of(request.settings().text("target")));
    }

    @Override
    public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        gate.remove(gate.snapshot());
        entry.undone();
    }

    @Override
    public void close() {}
}
