package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a vault in a directory, as the README of the destination describes them: what an administrator, a failing
 * disk or an enemy gets hold of.
 */
public final class VaultFiles {

    private final Path directory;

    /** @param directory the destination's directory */
    public VaultFiles(Path directory) {
        this.directory = directory;
    }

    /** Files of objects whose key begins with that segment, largest first. */
    public List<Path> objects(String firstSegment) {
        return files(directory.resolve("objects").resolve(firstSegment + "+"));
    }

    /** Packs, largest first. */
    public List<Path> packs() {
        return objects("packs");
    }

    /** Manifests, largest first. */
    public List<Path> manifests() {
        return objects("manifests");
    }

    /** Index segments, largest first. */
    public List<Path> index() {
        return objects("index");
    }

    /** Leases, alive and forgotten. */
    public List<Path> leases() {
        return objects("leases");
    }

    /** Unfinished files of sessions. */
    public List<Path> unfinished() {
        return files(directory.resolve("sessions")).stream()
                .filter(file -> !file.getFileName().toString().endsWith("lock"))
                .toList();
    }

    /** How much all objects take. */
    public long bytes() {
        return files(directory).stream().mapToLong(VaultFiles::size).sum();
    }

    private static List<Path> files(Path root) {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(root)) {
            return new ArrayList<>(walk.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(VaultFiles::size).reversed().thenComparing(Comparator.naturalOrder()))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts the second half of a file off. */
    public static void truncate(Path file) {
        makeWritable(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns over one bit of each of the bytes in the middle of a file. */
    public static void flip(Path file) {
        makeWritable(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer some = ByteBuffer.allocate((int) Math.min(16, channel.size()));
            long middle = (channel.size() - some.capacity()) / 2;
            channel.read(some, middle);
            for (int i = 0; i < some.position(); i++) {
                some.put(i, (byte) (some.get(i) ^ 0x10));
            }
            some.flip();
            channel.write(some, middle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts one file in the place of another and the other in its place. */
    public static void swap(Path one, Path other) {
        try {
            Path aside = one.resolveSibling("aside");
            Files.move(one, aside);
            Files.move(other, one);
            Files.move(aside, other, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void makeWritable(Path file) {
        if (!file.toFile().setWritable(true)) {
            throw new IllegalStateException("cannot make " + file + " writable");
        }
    }
}
