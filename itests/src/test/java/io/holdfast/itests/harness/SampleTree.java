package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;

/** Directories to back up: everything that is hard to back up, or plenty of what is easy. The same seed, the same bytes. */
public final class SampleTree {

    private static final long MEGABYTE = 1 << 20;
    private static final int FILES_PER_DIRECTORY = 500;

    private SampleTree() {}

    /** A small tree with every oddity that a file system knows. */
    public static void odd(Path root) {
        try {
            Files.createDirectories(root);
            Path file = Files.writeString(root.resolve("file"), "one file, two names\n");
            Files.createLink(root.resolve("hard link"), file);
            Files.createSymbolicLink(root.resolve("symbolic link"), Path.of("file"));
            Files.createSymbolicLink(root.resolve("dangling link"), Path.of("../../no/such/thing"));
            Files.writeString(root.resolve("quotes \" ' and\na new line"), "odd\n");
            Files.writeString(TreeImage.path(root, utf8("größe-漢字-🗄")), "not ASCII\n");
            Files.write(TreeImage.path(root, "caf\u00e9-\u00ff-100%"), new byte[] {1, 2, 3});
            Files.writeString(root.resolve("x".repeat(255)), "the longest name\n");
            Files.createDirectory(root.resolve("empty directory"));
            Files.createFile(root.resolve("empty file"));
            Path deep = root.resolve("deep");
            for (int i = 0; i < 40; i++) {
                deep = deep.resolve("level-" + i);
            }
            Files.createDirectories(deep);
            Files.writeString(deep.resolve("bottom"), "deep\n");
            Path old = Files.writeString(root.resolve("before 1970"), "old\n");
            Files.setLastModifiedTime(old, FileTime.from(Instant.parse("1965-05-05T05:05:05.123456789Z")));
            Path program = Files.writeString(root.resolve("program"), "#!/bin/sh\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x--x"));
            sparse(root.resolve("sparse"));
            Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                    .write("colour", ByteBuffer.wrap(new byte[] {0, 1, 2, (byte) 255}));
            Command.run("mkfifo", root.resolve("named pipe").toString());
            random(root.resolve("large"), 5 * MEGABYTE, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String utf8(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static void sparse(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("data in the middle".getBytes(StandardCharsets.UTF_8)), 32 * MEGABYTE);
            channel.write(ByteBuffer.wrap("data at the end".getBytes(StandardCharsets.UTF_8)), 64 * MEGABYTE);
        }
    }

    /** Changes some of an odd tree as a day does: content, a new file, a deletion, a renaming, a mode. */
    public static void change(Path root) {
        try {
            Files.writeString(root.resolve("file"), "one file, two names, changed\n");
            Files.delete(root.resolve("empty file"));
            Files.move(root.resolve("empty directory"), root.resolve("renamed directory"));
            Files.writeString(root.resolve("new file"), "new\n");
            Files.setPosixFilePermissions(root.resolve("program"), PosixFilePermissions.fromString("r--------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of bytes that cannot be compressed. */
    public static void random(Path file, long size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(block.length, left));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Several files of bytes that cannot be compressed. */
    public static void plenty(Path root, int files, long size, long seed) {
        create(root);
        for (int i = 0; i < files; i++) {
            random(root.resolve("file-" + i), size, seed + i);
        }
    }

    /** Very many small files, some hundred a directory. */
    public static void small(Path root, int files) {
        try {
            for (int i = 0; i < files; i++) {
                Path directory = root.resolve("directory-" + i / FILES_PER_DIRECTORY);
                if (i % FILES_PER_DIRECTORY == 0) {
                    Files.createDirectories(directory);
                }
                Files.writeString(directory.resolve("file-" + i), "this is the content of file number " + i + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file with nothing in it. */
    public static void empty(Path file) {
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a tree is old enough to be recognised as unchanged: files of the last minute are read again to be sure. */
    public static void awaitSettled(Path root) {
        Command.run("sync", "-f", root.toString());
        Awaitility.await("the tree is older than a minute")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> Command.run("find", root.toString(), "-newerct", "61 seconds ago", "-print", "-quit")
                        .isEmpty());
    }

    private static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
