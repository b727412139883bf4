package io.holdfast.transport.nbd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayExportTest {

    private static final int CLUSTER = 1 << 16;
    private static final int SIZE = 16 * CLUSTER + 1000;
    private static final int HEADER = 64;
    private static final int RECORD = 32;

    @TempDir
    Path directory;

    private final byte[] original = new byte[SIZE];
    private final MemoryExport base = new MemoryExport(original, false);

    OverlayExportTest() {
        new Random(1).nextBytes(original);
    }

    @Test
    void random_writes_zeroes_trims_and_reopenings_do_what_an_array_does() throws Exception {
        var random = new Random(2);
        byte[] expected = original.clone();
        for (int round = 0; round < 10; round++) {
            try (var overlay = open()) {
                for (int i = 0; i < 20; i++) {
                    int offset = random.nextInt(SIZE);
                    int length = random.nextInt(Math.min(SIZE - offset, 3 * CLUSTER)) + 1;
                    if (random.nextInt(3) == 0) {
                        overlay.writeZeroes(offset, length, true);
                        Arrays.fill(expected, offset, offset + length, (byte) 0);
                    } else {
                        var bytes = new byte[length];
                        random.nextBytes(bytes);
                        overlay.write(offset, ByteBuffer.wrap(bytes));
                        System.arraycopy(bytes, 0, expected, offset, length);
                    }
                    if (random.nextInt(5) == 0) {
                        overlay.flush();
                    }
                }
                assertThat(readAll(overlay)).isEqualTo(expected);
            }
            try (var overlay = open()) {
                assertThat(readAll(overlay)).isEqualTo(expected);
            }
        }
    }

    @Test
    void a_journal_cut_at_any_byte_gives_the_state_of_its_last_whole_flush() throws Exception {
        var states = new ArrayList<byte[]>();
        var ends = new ArrayList<Long>();
        states.add(original);
        ends.add((long) HEADER);
        try (var overlay = open()) {
            for (int i = 0; i < 5; i++) {
                overlay.write(i * 3L * CLUSTER + 100, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                overlay.writeZeroes((i * 3L + 2) * CLUSTER, CLUSTER, true);
                overlay.flush();
                states.add(readAll(overlay));
                ends.add(Files.size(journal()));
            }
        }
        byte[] whole = Files.readAllBytes(journal());
        assertThat(whole).hasSize(HEADER + 10 * RECORD);
        for (int cut = HEADER; cut <= whole.length; cut++) {
            Files.write(journal(), Arrays.copyOf(whole, cut));
            int flushes = 0;
            while (flushes < 5 && ends.get(flushes + 1) <= cut) {
                flushes++;
            }
            try (var overlay = open()) {
                assertThat(Arrays.equals(readAll(overlay), states.get(flushes)))
                        .as("cut at %d", cut)
                        .isTrue();
            }
            assertThat(Files.size(journal())).isEqualTo(ends.get(flushes));
        }
    }

    @Test
    void a_journal_cut_within_its_header_or_changed_in_the_middle_is_damaged() throws Exception {
        try (var overlay = open()) {
            for (int i = 0; i < 4; i++) {
                overlay.write(i * (long) CLUSTER, ByteBuffer.allocate(10));
                overlay.flush();
            }
        }
        byte[] whole = Files.readAllBytes(journal());
        for (int cut = 0; cut < HEADER; cut++) {
            Files.write(journal(), Arrays.copyOf(whole, cut));
            assertThat(failure(this::open).kind()).isEqualTo(ErrorKind.CORRUPT_DATA);
        }
        for (int changed = HEADER; changed < whole.length - 2 * RECORD; changed++) {
            byte[] bytes = whole.clone();
            bytes[changed] ^= 0x10;
            Files.write(journal(), bytes);
            assertThat(failure(this::open).kind()).as("byte %d", changed).isEqualTo(ErrorKind.CORRUPT_DATA);
        }
    }

    @Test
    void writes_after_a_torn_flush_are_kept() throws Exception {
        try (var overlay = open()) {
            overlay.write(0, ByteBuffer.wrap(new byte[] {1}));
            overlay.flush();
            overlay.write(CLUSTER, ByteBuffer.wrap(new byte[] {2}));
            overlay.flush();
        }
        Files.write(journal(), Arrays.copyOf(Files.readAllBytes(journal()), HEADER + 2 * RECORD - 1));
        try (var overlay = open()) {
            overlay.write(2 * CLUSTER, ByteBuffer.wrap(new byte[] {3}));
        }
        byte[] expected = original.clone();
        expected[0] = 1;
        expected[2 * CLUSTER] = 3;
        try (var overlay = open()) {
            assertThat(readAll(overlay)).isEqualTo(expected);
        }
    }

    @Test
    void after_kill_9_what_was_flushed_is_there_and_nothing_torn_is_read() throws Exception {
        for (int round = 0; round < 3; round++) {
            var writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OverlayWriter.class.getName(),
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int acknowledged = -1;
            try (var lines = writer.inputReader()) {
                while (acknowledged < 200 * (round + 1)) {
                    acknowledged = Integer.parseInt(lines.readLine());
                }
                writer.toHandle()
                        .destroyForcibly(); // the process itself would close the stream that is still to be read
                for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                    acknowledged = Integer.parseInt(line);
                }
            }
            writer.waitFor();
            OverlayWriter.check(directory, acknowledged);
        }
    }

    @Test
    void an_overlay_is_open_once_and_over_its_own_base_only() throws Exception {
        try (var overlay = open()) {
            assertThat(failure(this::open).kind()).isEqualTo(ErrorKind.CONFLICT);
        }
        assertThat(failure(() -> OverlayExport.open(base, "another", directory)).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        Files.delete(directory.resolve("overlay.data"));
        assertThat(failure(this::open).kind()).isEqualTo(ErrorKind.CORRUPT_DATA);
    }

    @Test
    void extents_tell_what_reads_as_zeroes() throws Exception {
        Arrays.fill(original, 8 * CLUSTER, 9 * CLUSTER, (byte) 0);
        try (var overlay = open()) {
            overlay.writeZeroes(CLUSTER, 2 * CLUSTER, true);
            overlay.write(4 * CLUSTER, ByteBuffer.allocate(1));
            assertThat(overlay.extents(CLUSTER + 10, CLUSTER)).containsExactly(new NbdExtent(CLUSTER + 10, CLUSTER, 3));
            assertThat(overlay.extents(4 * CLUSTER, 3 * CLUSTER))
                    .containsExactly(new NbdExtent(4 * CLUSTER, CLUSTER, 0));
            assertThat(overlay.extents(8 * CLUSTER, 10).get(0).zero()).isTrue();
        }
    }

    @Test
    void threads_that_write_parts_of_the_same_clusters_lose_nothing() throws Exception {
        try (var overlay = open()) {
            var writers = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 8; i++) {
                int lane = i;
                writers.add(CompletableFuture.runAsync(() -> writeLane(overlay, lane)));
            }
            writers.forEach(CompletableFuture::join);
            byte[] all = readAll(overlay);
            for (int at = 0; at + 512 <= SIZE; at += 512) {
                assertThat(all[at]).isEqualTo((byte) (at / 512 % 8));
            }
        }
    }

    private static void writeLane(OverlayExport overlay, int lane) {
        var sector = new byte[512];
        Arrays.fill(sector, (byte) lane);
        try {
            for (int at = lane * 512; at + 512 <= SIZE; at += 8 * 512) {
                overlay.write(at, ByteBuffer.wrap(sector));
            }
            overlay.flush();
        } catch (PluginException e) {
            throw new AssertionError(e);
        }
    }

    private OverlayExport open() throws PluginException {
        return OverlayExport.open(base, "backup 1", directory);
    }

    private Path journal() {
        return directory.resolve("overlay.journal");
    }

    private static byte[] readAll(OverlayExport overlay) throws PluginException {
        var bytes = ByteBuffer.allocate(SIZE);
        overlay.read(0, bytes);
        return bytes.array();
    }

    private static PluginException failure(ThrowingCallable call) {
        return catchThrowableOfType(PluginException.class, call);
    }
}
