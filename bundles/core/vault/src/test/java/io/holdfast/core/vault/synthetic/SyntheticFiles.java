package io.holdfast.core.vault.synthetic;

import io.holdfast.core.vault.internal.store.ObjectNames;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A synthetic vault as a directory that a destination of type {@code filesystem} takes over: the objects are linked to their names
 * there, and data packs are holes of their size.
 */
final class SyntheticFiles {

    private SyntheticFiles() {}

    /** Writes the directory, which must not be there. */
    static void write(Path root, Path directory) throws IOException {
        Path objects = root.resolve("objects");
        List<Path> all;
        try (Stream<Path> files = Files.walk(objects)) {
            all = files.filter(Files::isRegularFile).toList();
        }
        for (Path file : all) {
            Files.createLink(at(directory, objects.relativize(file).toString()), file);
        }
        PackRows rows = PackRows.open(root.resolve("packs.rows"));
        for (int i = 0; i < rows.count(); i++) {
            PackRows.Row row = rows.row(i);
            Path file = at(directory, ObjectNames.pack(row.pack()).value());
            if (!Files.exists(file)) {
                try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
                    hole.setLength(row.size());
                }
            }
        }
    }

    /** Directories end with a plus sign there. */
    private static Path at(Path directory, String key) throws IOException {
        Path file = directory.resolve("objects").resolve(key.replace("/", "+/"));
        Files.createDirectories(file.getParent());
        return file;
    }
}
