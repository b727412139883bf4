package io.holdfast.core.vault.internal.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unfinished files of a cache, whose process was killed. Other processes and other vaults of this one may write theirs in the same
 * directory at the same time, and a lock would not tell them apart: it is lost when its process closes the file anywhere. So a file is
 * one of the dead when nobody has written to it for a day, which no transfer survives.
 */
public final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration AGE = Duration.ofDays(1);

    private Leftovers() {}

    /** Removes those whose names begin and end like this. What cannot be removed stays. */
    public static void remove(Path directory, String prefix, String suffix) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        // the file system has its times from the clock of the machine, whatever the clock of the vault says
        Instant dead = Instant.now().minus(AGE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, file -> named(file, prefix, suffix))) {
            for (Path file : files) {
                removeBefore(dead, file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("What was left unfinished in {} stays", directory, e);
        }
    }

    private static void removeBefore(Instant dead, Path file) throws IOException {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(dead)) {
                Files.deleteIfExists(file);
                LOG.debug("{} was left unfinished and is removed", file);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} is finished or removed", file);
        }
    }

    private static boolean named(Path file, String prefix, String suffix) {
        String name = file.getFileName().toString();
        return name.startsWith(prefix) && name.endsWith(suffix);
    }
}
