package io.holdfast.access.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.stream.Stream;

/** The tree that the demonstration backs up: a copy of real data, so that it may be changed, with every oddity added. */
final class DemoSource {

    private static final long SPARSE_SIZE = 64L << 20;

    private final Path directory;

    DemoSource(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Copies a real tree with its metadata, by the system's own tool, and adds what is hard to back up. */
    void create(Path original) throws IOException {
        deleteRecursively(directory);
        Files.createDirectories(directory);
        run(List.of(
                "cp",
                "-a",
                "--reflink=auto",
                "--",
                original.toString(),
                directory.resolve("copy").toString()));
        addOddities(directory.resolve("odd"));
    }

    private static void addOddities(Path odd) throws IOException {
        Files.createDirectories(odd);
        Path file = Files.writeString(odd.resolve("file"), "one file, two names\n");
        Files.createLink(odd.resolve("hard link"), file);
        Files.createSymbolicLink(odd.resolve("symbolic link"), Path.of("file"));
        Files.createSymbolicLink(odd.resolve("dangling link"), Path.of("../../no/such/thing"));
        Files.writeString(odd.resolve("name with \"quotes\", 'more' and\na new line"), "odd\n");
        Files.writeString(odd.resolve("größe-漢字-🗄"), "not ASCII\n");
        Files.write(Path.of(java.net.URI.create(odd.toUri() + "not%FFutf8%FE")), new byte[] {1, 2, 3});
        Files.writeString(odd.resolve("x".repeat(255)), "the longest name\n");
        Files.createDirectory(odd.resolve("empty directory"));
        Files.createFile(odd.resolve("empty file"));
        Path deep = odd.resolve("deep");
        for (int i = 0; i < 40; i++) {
            deep = deep.resolve("level-" + i);
        }
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("bottom"), "deep\n");
        Path old = Files.writeString(odd.resolve("before 1970"), "old\n");
        // Not with the JDK, which sets the epoch where seconds are negative and there is a fraction.
        run(List.of("touch", "-d", "1965-05-05T05:05:05.123456789Z", old.toString()));
        addSparseFile(odd.resolve("sparse"));
        addExtendedAttribute(file);
        run(List.of("mkfifo", odd.resolve("named pipe").toString()));
    }

    private static void addSparseFile(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("data in the middle".getBytes(StandardCharsets.UTF_8)), SPARSE_SIZE / 2);
            channel.write(ByteBuffer.wrap("data at the end".getBytes(StandardCharsets.UTF_8)), SPARSE_SIZE);
        }
    }

    private static void addExtendedAttribute(Path file) {
        try {
            Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                    .write("holdfast.demo", ByteBuffer.wrap(new byte[] {0, 1, 2, (byte) 255}));
        } catch (IOException | UnsupportedOperationException e) {
            // The file system has no extended attributes; the rest of the demonstration does not need them.
        }
    }

    /** Changes about what a day changes: some content, a new file, a deletion, a renaming, new times and modes. */
    void change() throws IOException {
        Path odd = directory.resolve("odd");
        Files.writeString(odd.resolve("file"), "one file, two names, changed\n");
        Files.delete(odd.resolve("empty file"));
        Files.move(odd.resolve("empty directory"), odd.resolve("renamed directory"));
        Files.writeString(odd.resolve("new file"), "new\n");
        try (FileChannel channel = FileChannel.open(odd.resolve("sparse"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("changed".getBytes(StandardCharsets.UTF_8)), SPARSE_SIZE / 4);
        }
        int count = 0;
        for (Path file : someFiles(directory.resolve("copy"))) {
            count++;
            if (count % 10 == 0) {
                Files.delete(file);
            } else {
                // Replaced as editors do, so that neither a link nor a missing write permission is in the way.
                Path changed = Files.createTempFile(file.getParent(), "changed", "");
                Files.write(changed, Files.readAllBytes(file));
                Files.writeString(changed, "changed by the demonstration\n", StandardOpenOption.APPEND);
                Files.delete(file);
                Files.move(changed, file);
            }
        }
    }

    private static List<Path> someFiles(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            return walk.filter(p -> Files.isRegularFile(p, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .filter(Files::isReadable)
                    .filter(p -> Files.isWritable(p.getParent()))
                    .filter(p -> p.getFileName().hashCode() % 101 == 0)
                    .sorted()
                    .toList();
        }
    }

    /** Deletes a directory that the demonstration made; harmless if it is not there. */
    static void deleteRecursively(Path path) throws IOException {
        if (Files.exists(path)) {
            run(List.of("rm", "-rf", "--one-file-system", "--", path.toString()));
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }
}
