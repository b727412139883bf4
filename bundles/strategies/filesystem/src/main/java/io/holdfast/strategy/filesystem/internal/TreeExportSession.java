package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ExportSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A directory held open for reading. */
final class TreeExportSession implements ExportSession {

    private final Kernel kernel;
    private final int root;
    private final FileTreeSource source;
    private final String path;
    private final FileSystem system;
    private final AtomicBoolean closed = new AtomicBoolean();

    TreeExportSession(Kernel kernel, int root, FileTreeSource source, String path, FileSystem system) {
        this.kernel = kernel;
        this.root = root;
        this.source = source;
        this.path = path;
        this.system = system;
    }

    /** Where the files came from, for people who find the backup without its appliance. Paths here need no escapes but two. */
    @Override
    public Map<String, byte[]> metadata() {
        String json = "{\"path\":\"" + path.replace("\\", "\\\\").replace("\"", "\\\"") + "\",\"fileSystemType\":\"0x"
                + Long.toHexString(system.type() & 0xffffffffL) + "\"}";
        return Map.of("directory.json", json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Source> sources() {
        return List.of(source);
    }

    @Override
    public void readingDone() {
        // there is no snapshot to release
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            kernel.close(root);
        }
    }
}
