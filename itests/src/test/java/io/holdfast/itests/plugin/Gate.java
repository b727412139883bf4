package io.holdfast.itests.plugin;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The gate: files that the test and the plugin tell each other by. */
public final class Gate {

    private static final int POLL_MILLIS = 20;

    private final Path directory;

    /** @param directory where its files are */
    public Gate(Path directory) {
        this.directory = directory;
    }

    /** Made by the test: reading may go on. */
    public Path open() {
        return directory.resolve("open");
    }

    /** Made by the plugin: a reader waits at the gate. */
    public Path waiting() {
        return directory.resolve("waiting");
    }

    /** Stands for what a plugin creates on a provider, and has to remove. */
    public Path snapshot() {
        return directory.resolve("snapshot");
    }

    void await(Cancellation cancellation) throws PluginException {
        if (Files.exists(open())) {
            return;
        }
        touch(waiting());
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown)) {
            while (!Files.exists(open())) {
                cancelled.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
                cancellation.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while waiting at the gate " + directory, e);
        }
    }

    void touch(Path file) throws PluginException {
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot write " + file + ": " + e, e);
        }
    }

    void remove(Path file) throws PluginException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot remove " + file + ": " + e, e);
        }
    }
}
