package io.holdfast.core.worker.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The staging space of the node: a directory for each instance, in which sealed packs wait to be shipped and are found
 * again by the next attempt. Belongs to one process at a time.
 */
final class Staging implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final Path root;
    private final long least;
    private final FileChannel channel;
    private final FileLock lock;

    /**
     * Takes the directory.
     *
     * @param least how many bytes have to be free for an export to begin
     * @throws PluginException {@code CONFLICT} if another process works in it
     */
    Staging(Path root, long least) throws PluginException {
        this.root = root;
        this.least = least;
        FileChannel opened = null;
        try {
            Files.createDirectories(root);
            opened = FileChannel.open(root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken = tryLock(opened);
            if (taken == null) {
                opened.close();
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "The staging directory " + root + " is used by another process; give each node its own.");
            }
            channel = opened;
            lock = taken;
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "The staging directory " + root + " cannot be used: " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    /** The directory of an instance. */
    Path directory(String instanceId) throws PluginException {
        if (!INSTANCE.matcher(instanceId).matches()) {
            throw new PluginException(ErrorKind.INTERNAL, "not an instance id: " + LogText.escape(instanceId));
        }
        try {
            return Files.createDirectories(root.resolve(instanceId));
        } catch (IOException e) {
            throw new PluginException(ErrorKind.QUOTA, "The staging directory " + root + " cannot be written: " + e, e);
        }
    }

    /** Removes what was staged for instances that nobody is going to back up now. */
    void sweep(Set<String> needed) {
        try (Stream<Path> entries = Files.list(root)) {
            entries.filter(Files::isDirectory)
                    .filter(d -> !needed.contains(d.getFileName().toString()))
                    .forEach(Directories::delete);
        } catch (IOException e) {
            LOG.warn("cannot sweep the staging directory {}: {}", root, e.toString());
        }
    }

    /** The staging of an instance is not needed any more. */
    void release(String instanceId) {
        if (INSTANCE.matcher(instanceId).matches()) {
            Directories.delete(root.resolve(instanceId));
        }
    }

    /** Why no export can begin; empty if one can. */
    Optional<String> refusal() {
        long free = root.toFile().getUsableSpace();
        return free >= least
                ? Optional.empty()
                : Optional.of("waits: the node has " + (free >> 20) + " MiB of staging space left in " + root + ", "
                        + (least >> 20) + " MiB are needed; free some space there");
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            LOG.warn("cannot release the staging directory {}: {}", root, e.toString());
        }
    }
}
