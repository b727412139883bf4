package io.holdfast.core.vault.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The staging directories of one node, and what a crash leaves of them. */
final class NodeFiles {

    private final World world;
    private final Random random;
    private final Map<String, Path> directories = new TreeMap<>();

    NodeFiles(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    /** The directory of that name, as the last crash has left it. */
    Path directory(String name) {
        return directories.computeIfAbsent(name, world::newDirectory);
    }

    /** The process that used them is gone, and perhaps the power was. */
    void crashed() {
        boolean powerCut = random.nextInt(3) == 0;
        directories.replaceAll((name, directory) -> {
            try {
                return image(name, directory, powerCut);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Path image(String name, Path directory, boolean powerCut) throws IOException {
        Path image = Files.createDirectories(world.newDirectory(name));
        if (!Files.isDirectory(directory)) {
            return image;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                survive(file, image.resolve(file.getFileName().toString()), powerCut);
            }
        }
        return image;
    }

    private void survive(Path file, Path image, boolean powerCut) throws IOException {
        int fate = powerCut ? random.nextInt(8) : 7;
        byte[] bytes = Files.readAllBytes(file);
        switch (fate) {
            case 0 -> {} // was never written
            case 1 -> Files.write(image, new byte[bytes.length]); // has its length and no content
            case 2 -> Files.write(image, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            default -> Files.write(image, bytes);
        }
    }
}
