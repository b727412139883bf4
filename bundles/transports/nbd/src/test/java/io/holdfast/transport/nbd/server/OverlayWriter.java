package io.holdfast.transport.nbd.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** A program to be killed: writes numbered sectors, flushes, prints the number of each flushed sector. */
final class OverlayWriter {

    private static final int SECTOR = 512;
    private static final int SECTORS = 1 << 15;
    private static final byte BELOW = 7;

    private OverlayWriter() {}

    public static void main(String[] arguments) throws Exception {
        try (var overlay = open(Path.of(arguments[0]))) {
            for (int number = 0; ; number++) {
                overlay.write(place(number), ByteBuffer.wrap(content(number)));
                overlay.flush();
                System.out.println(number);
                System.out.flush();
            }
        }
    }

    /** Every sector up to the number is there, every other one is from below or the single next one. */
    static void check(Path directory, int acknowledged) throws Exception {
        var bytes = new byte[SECTORS * SECTOR];
        try (var overlay = open(directory)) {
            overlay.read(0, ByteBuffer.wrap(bytes));
        }
        var expected = new byte[bytes.length];
        java.util.Arrays.fill(expected, BELOW);
        for (int number = 0; number <= acknowledged; number++) {
            System.arraycopy(content(number), 0, expected, place(number), SECTOR);
        }
        for (int at = 0; at < bytes.length; at += SECTOR) {
            boolean same = java.util.Arrays.equals(bytes, at, at + SECTOR, expected, at, at + SECTOR);
            assertThat(same || writtenLater(bytes, at)).as("sector at %d", at).isTrue();
        }
    }

    /** What an earlier, longer life of the program or the last moment has written. */
    private static boolean writtenLater(byte[] bytes, int at) {
        int number = ByteBuffer.wrap(bytes).getInt(at);
        return number >= 0
                && number < SECTORS
                && place(number) == at
                && java.util.Arrays.equals(bytes, at, at + SECTOR, content(number), 0, SECTOR);
    }

    private static int place(int number) {
        return (int) (number * 7919L % SECTORS) * SECTOR; // a prime: each sector once, all over the disk
    }

    private static byte[] content(int number) {
        var bytes = new byte[SECTOR];
        new Random(number).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(number);
        return bytes;
    }

    private static OverlayExport open(Path directory) throws PluginException {
        var below = new byte[SECTORS * SECTOR];
        java.util.Arrays.fill(below, BELOW);
        return OverlayExport.open(new MemoryExport(below, false), "below", directory);
    }
}
