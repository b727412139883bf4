package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing, in the order of keys.
 *
 * <p>A directory {@code d} holds exactly the keys that start with {@code d/}, and no other name of its parent sorts between
 * them: so a depth-first walk yields keys in order when the names of each directory are sorted as {@code name} for an
 * object and {@code name/} for a directory. (By name alone it would not: {@code d-x} comes before {@code d/x}, although
 * {@code d} comes before {@code d-x}.) Of each directory only the names that can still be needed are held.
 */
final class KeyListing {

    /** Called now and then, so that a long listing can be cancelled. */
    @FunctionalInterface
    interface Check {
        void run() throws PluginException;
    }

    private static final int CHECK_EVERY = 1024;
    private static final int MAX_KEY = 512;

    private final Path objects;
    private final String prefix;
    private final @Nullable String after;
    private final int limit;
    private final Check check;
    private final List<ObjectStat> found = new ArrayList<>();

    KeyListing(Path objects, String prefix, @Nullable ObjectKey after, int limit, Check check) {
        this.objects = objects;
        this.prefix = prefix;
        this.after = after == null ? null : after.value();
        this.limit = limit;
        this.check = check;
    }

    List<ObjectStat> run() throws IOException, PluginException {
        String start = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        walk(KeyLayout.directoryOf(objects, start), start);
        return found;
    }

    private void walk(Path directory, String base) throws IOException, PluginException {
        String last = null;
        while (found.size() < limit) {
            int batch = Math.max(limit - found.size(), 64);
            List<String> entries = smallestEntries(directory, base, last, batch);
            for (String entry : entries) {
                if (found.size() == limit) {
                    return;
                }
                visit(entry);
            }
            if (entries.size() < batch) {
                return;
            }
            last = entries.get(entries.size() - 1);
        }
    }

    private void visit(String entry) throws IOException, PluginException {
        if (entry.endsWith("/")) {
            walk(KeyLayout.directoryOf(objects, entry), entry);
            return;
        }
        ObjectKey key = ObjectKey.of(entry);
        try {
            BasicFileAttributes attributes = Files.readAttributes(
                    KeyLayout.fileOf(objects, key), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                found.add(new ObjectStat(key, attributes.size()));
            }
        } catch (NoSuchFileException e) {
            // deleted since the directory was read
            check.run();
        }
    }

    /** The first entries of a directory behind {@code last}, sorted, as full keys or prefixes of keys. */
    private List<String> smallestEntries(Path directory, String base, @Nullable String last, int count)
            throws IOException, PluginException {
        PriorityQueue<String> smallest = new PriorityQueue<>(Comparator.reverseOrder());
        int seen = 0;
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            for (Path path : names) {
                if (++seen % CHECK_EVERY == 0) {
                    check.run();
                }
                String entry = KeyLayout.decode(path.getFileName().toString())
                        .map(name -> base + name)
                        .orElse("");
                boolean behind = last == null || entry.compareTo(last) > 0;
                if (!entry.isEmpty() && entry.length() <= MAX_KEY && behind && matches(entry)) {
                    smallest.add(entry);
                    if (smallest.size() > count) {
                        smallest.remove();
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        List<String> sorted = new ArrayList<>(smallest);
        sorted.sort(Comparator.naturalOrder());
        return sorted;
    }

    private boolean matches(String entry) {
        boolean directory = entry.endsWith("/");
        boolean inPrefix = entry.startsWith(prefix) || directory && prefix.startsWith(entry);
        boolean isAfter = after == null || entry.compareTo(after) > 0 || directory && after.startsWith(entry);
        return inPrefix && isAfter;
    }
}
