package io.holdfast.testkit.fake;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a temporary snapshot; a checkpoint marks where the next export goes on. */
final class FakeExportSession implements ExportSession {

    private final FakeHypervisor hypervisor;
    private final String machine;
    private final FakeMachine frozen;
    private final List<Source> sources;
    private final Optional<FullReadReason> fullReadReason;
    private final Optional<ChangeToken> superseded;
    private final String snapshot;
    private final String checkpoint;
    private final SideEffectJournal.Entry snapshotEntry;
    private final SideEffectJournal.Entry checkpointEntry;
    private boolean snapshotGone;
    private boolean committed;
    private boolean closed;

    private FakeExportSession(
            Opening opening, FakeMachine frozen, Optional<FullReadReason> reason, TaskContext context) {
        this.hypervisor = opening.hypervisor;
        this.machine = opening.machine;
        this.frozen = frozen;
        this.superseded = opening.request.superseded();
        this.fullReadReason = reason;
        this.snapshot = opening.snapshot;
        this.checkpoint = opening.checkpoint;
        this.snapshotEntry = opening.snapshotEntry;
        this.checkpointEntry = opening.checkpointEntry;
        Optional<String> since = reason.isPresent()
                ? Optional.empty()
                : opening.request.previous().map(ChangeToken::value);
        this.sources = FakeSources.of(hypervisor, frozen, hypervisor.machines(), since, context.cancellation());
    }

    /** What is created on the way to a session, to be taken back if it fails. */
    private static final class Opening {
        private final FakeHypervisor hypervisor;
        private final ExportRequest request;
        private final String machine;
        private final String snapshot;
        private final String checkpoint;
        private final SideEffectJournal.Entry snapshotEntry;
        private final SideEffectJournal.Entry checkpointEntry;

        Opening(FakeHypervisor hypervisor, ExportRequest request, TaskContext context) throws PluginException {
            this.hypervisor = hypervisor;
            this.request = request;
            this.machine = hypervisor.find(request.instance().externalId()).id();
            this.snapshot = "task-" + context.taskId();
            this.checkpoint = "checkpoint-" + context.taskId();
            this.snapshotEntry = context.journal().record("snapshot", Map.of("machine", machine, "snapshot", snapshot));
            this.checkpointEntry =
                    context.journal().record("checkpoint", Map.of("machine", machine, "checkpoint", checkpoint));
        }

        void takeBack() throws PluginException {
            hypervisor.deleteCheckpoint(machine, checkpoint);
            checkpointEntry.undone();
            hypervisor.deleteSnapshot(snapshot);
            snapshotEntry.undone();
        }
    }

    static ExportSession open(FakeHypervisor hypervisor, ExportRequest request, TaskContext context)
            throws PluginException {
        Opening opening = new Opening(hypervisor, request, context);
        try {
            FakeMachine live = hypervisor.find(opening.machine);
            Optional<FullReadReason> reason = request.previous()
                    .filter(token -> !live.checkpoints().contains(token.value()))
                    .map(token -> live.wasReverted(token.value())
                            ? new FullReadReason("SNAPSHOT_REVERTED", "the machine went back to a snapshot")
                            : new FullReadReason("TOKEN_LOST", "the checkpoint does not exist any more"));
            FakeMachine frozen = hypervisor.createSnapshot(opening.machine, opening.snapshot);
            hypervisor.createCheckpoint(opening.machine, opening.checkpoint);
            context.cancellation().throwIfCancelled();
            return new FakeExportSession(opening, frozen, reason, context);
        } catch (PluginException e) {
            opening.takeBack();
            throw e;
        }
    }

    @Override
    public Map<String, byte[]> metadata() {
        return Map.of("machine.xml", frozen.definition());
    }

    @Override
    public List<Source> sources() {
        return sources;
    }

    @Override
    public Optional<FullReadReason> fullReadReason() {
        return fullReadReason;
    }

    @Override
    public Optional<ChangeToken> nextToken() {
        return Optional.of(new ChangeToken(checkpoint));
    }

    @Override
    public synchronized void readingDone() throws PluginException {
        if (!snapshotGone) {
            hypervisor.deleteSnapshot(snapshot);
            snapshotEntry.undone();
            snapshotGone = true;
        }
    }

    @Override
    public synchronized void committed() throws PluginException {
        hypervisor.keepCheckpoint(checkpoint);
        // it is meant to stay from now on
        checkpointEntry.undone();
        committed = true;
        superseded.ifPresent(token -> hypervisor.deleteCheckpoint(machine, token.value()));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            readingDone();
            if (!committed) {
                hypervisor.deleteCheckpoint(machine, checkpoint);
                checkpointEntry.undone();
            }
        } catch (PluginException e) {
            // what is still there is in the journal
            closed = true;
        }
    }
}
