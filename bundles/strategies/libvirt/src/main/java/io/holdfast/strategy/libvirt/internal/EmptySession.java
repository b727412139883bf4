package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ExportSession;
import java.util.List;
import java.util.Map;

/** A machine without disks. */
record EmptySession(Map<String, byte[]> metadata) implements ExportSession {

    @Override
    public List<Source> sources() {
        return List.of();
    }

    @Override
    public void readingDone() {
        // nothing is held
    }

    @Override
    public void close() {
        // nothing is held
    }
}
