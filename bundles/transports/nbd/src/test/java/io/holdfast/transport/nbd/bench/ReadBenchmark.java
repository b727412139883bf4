package io.holdfast.transport.nbd.bench;

import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Reads an image from qemu-nbd by this client, with one connection, and by nbdcopy, turn by turn, and prints MB/s. A program, not a
 * test: arguments are a directory for the image and its size in MiB.
 */
public final class ReadBenchmark {

    private static final int MIB = 1 << 20;
    private static final int ROUNDS = 4;

    private ReadBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "nbd-bench");
        long size = Long.parseLong(arguments[1]) * MIB;
        Path image = directory.resolve("disk.raw");
        Path socket = directory.resolve("s");
        fill(image, size);
        var command = new ProcessBuilder(
                "qemu-nbd", "-k", socket.toString(), "-t", "-r", "-e", "8", "-f", "raw", image.toString());
        Process server = command.redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        try {
            while (!Files.exists(socket)) {
                Thread.onSpinWait();
            }
            for (int round = 0; round < ROUNDS; round++) {
                print("holdfast", size, () -> readAll(socket, size));
                print("nbdcopy --connections=1", size, () -> nbdcopy(socket, "--connections=1"));
                print("nbdcopy", size, () -> nbdcopy(socket, "--threads=2"));
            }
        } finally {
            server.destroy();
            server.waitFor();
            Files.delete(image);
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    private static void fill(Path image, long size) throws Exception {
        var block = new byte[MIB];
        var random = new Random(1);
        try (var channel = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < size; at += MIB) {
                random.nextBytes(block);
                channel.write(ByteBuffer.wrap(block), at);
            }
        }
    }

    private static void readAll(Path socket, long size) throws Exception {
        var buffer = ByteBuffer.allocateDirect(16 * MIB);
        try (var client = NbdClient.connect(NbdAddress.unix(socket), NbdConnectOptions.forExport(""))) {
            for (long at = 0; at < size; at += buffer.capacity()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
                client.read(at, buffer);
            }
        }
    }

    private static void nbdcopy(Path socket, String option) throws Exception {
        int status = new ProcessBuilder("nbdcopy", option, "nbd+unix:///?socket=" + socket, "null:")
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("nbdcopy ended with " + status);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void print(String name, long size, Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%-24s %6.0f MB/s%n", name, size / 1e6 / seconds);
    }
}
