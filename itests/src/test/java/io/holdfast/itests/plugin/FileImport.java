package io.holdfast.itests.plugin;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.StreamTarget;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the stream to a file. */
final class FileImport implements ImportSession {

    private final Path target;

    FileImport(Path target) {
        this.target = target;
    }

    @Override
    public StreamTarget openStream(String name) {
        return new StreamTarget() {
            @Override
            public OutputStream stream() throws PluginException {
                try {
                    return Files.newOutputStream(target);
                } catch (IOException e) {
                    throw new PluginException(ErrorKind.UNAVAILABLE, "cannot write " + target + ": " + e, e);
                }
            }

            @Override
            public void complete() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public String complete() {
        return "restored to " + target;
    }

    @Override
    public void close() {}
}
