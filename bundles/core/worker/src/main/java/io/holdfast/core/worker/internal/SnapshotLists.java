package io.holdfast.core.worker.internal;

import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.InstanceSnapshots;
import io.holdfast.core.worker.SnapshotAccess;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.context.TaskLog;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Lists snapshots within the call, on the caller's thread: it is not work that a workflow would have to keep. */
public final class SnapshotLists implements InstanceSnapshots {

    private final WorkerSettings settings;
    private final ControlPlane plane;
    private final PluginRegistry registry;
    private final Clock clock;
    private final AtomicLong count = new AtomicLong();

    /** Asks nobody yet. */
    public SnapshotLists(WorkerSettings settings, ControlPlane plane, PluginRegistry registry, Clock clock) {
        this.settings = settings;
        this.plane = plane;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public List<SnapshotInfo> list(String instanceId) throws PluginException {
        SnapshotAccess access = plane.snapshotAccess(settings.nodeId(), instanceId);
        PluginLinks plugins = new PluginLinks(registry, settings.directory().resolve("state"), clock);
        plugins.appliance(access.applianceId());
        Asking asking = new Asking();
        try (StrategyLink link =
                        plugins.connect(access.provider(), () -> asking.stopper.cancel(StopReason.PLUGIN_LEFT));
                asking) {
            return SnapshotUse.of(link, access.instance().description(), asking).list();
        }
    }

    /** What accompanies a question: nothing may be made, so there is no journal. */
    private final class Asking implements TaskContext, AutoCloseable {

        private final TaskCancellation stopper = new TaskCancellation();
        private final String id = "snapshots-" + count.incrementAndGet();
        private final Path scratch = settings.directory().resolve("scratch").resolve(id);

        @Override
        public String taskId() {
            return id;
        }

        @Override
        public Cancellation cancellation() {
            return stopper;
        }

        @Override
        public Progress progress() {
            return new Meter(System::nanoTime);
        }

        @Override
        public TaskLog log() {
            return new LineBuffer(clock);
        }

        @Override
        public SideEffectJournal journal() {
            return (kind, details) -> {
                throw new PluginException(ErrorKind.INTERNAL, "a list of snapshots makes nothing, but tried to");
            };
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public Path scratchDirectory() {
            try {
                return Files.createDirectories(scratch);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make the scratch directory " + scratch, e);
            }
        }

        @Override
        public void close() {
            Directories.delete(scratch);
        }
    }
}
