package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A running machine whose disks QEMU holds still. */
final class LiveSession implements ExportSession {

    private final LiveResources resources;
    private final Map<String, byte[]> documents;
    private final List<Source> sources;
    private final ChangeBase base;
    private final Token next;
    private final ExportRequest request;

    LiveSession(
            LiveResources resources,
            Map<String, byte[]> documents,
            List<Source> sources,
            ChangeBase base,
            Token next,
            ExportRequest request) {
        this.resources = resources;
        this.documents = Map.copyOf(documents);
        this.sources = List.copyOf(sources);
        this.base = base;
        this.next = next;
        this.request = request;
    }

    /** Whether a disk that should tell what has changed does not. */
    boolean lacksChanges() {
        return sources.stream().anyMatch(source -> source instanceof NbdDisk disk && disk.lacksChanges());
    }

    @Override
    public Map<String, byte[]> metadata() {
        return documents;
    }

    @Override
    public List<Source> sources() {
        return sources;
    }

    @Override
    public Optional<FullReadReason> fullReadReason() {
        return Optional.ofNullable(base.reason());
    }

    @Override
    public Optional<ChangeToken> nextToken() {
        return next.checkpoint().isEmpty() ? Optional.of(Token.ofWhole()) : next.format();
    }

    @Override
    public void readingDone() throws PluginException {
        resources.endJob();
    }

    @Override
    public void committed() throws PluginException {
        resources.keepCheckpoint(next.older());
        if (base.reverted()) {
            for (String checkpoint : Token.checkpoints(request.superseded())) {
                resources.forgetRevert(checkpoint);
            }
        }
    }

    @Override
    public void close() {
        resources.release();
    }
}
