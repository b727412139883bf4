package io.holdfast.itests.plugin;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.spi.strategy.ExportSession;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** The stream, held still for reading. */
final class GatedExport implements ExportSession {

    /** Removes the snapshot. */
    interface Release {
        void run() throws PluginException;
    }

    private final Gate gate;
    private final Cancellation cancellation;
    private final Release release;
    private boolean released;

    GatedExport(Gate gate, Cancellation cancellation, Release release) {
        this.gate = gate;
        this.cancellation = cancellation;
        this.release = release;
    }

    @Override
    public Map<String, byte[]> metadata() {
        return Map.of();
    }

    @Override
    public List<Source> sources() {
        return List.of(new StreamSource() {
            @Override
            public String name() {
                return "content";
            }

            @Override
            public InputStream open() {
                return new GatedStream(gate, cancellation);
            }
        });
    }

    @Override
    public void readingDone() throws PluginException {
        if (!released) {
            released = true;
            release.run();
        }
    }

    @Override
    public void close() {
        try {
            readingDone();
        } catch (PluginException e) {
            // it stays in the journal, and is undone later
        }
    }
}
