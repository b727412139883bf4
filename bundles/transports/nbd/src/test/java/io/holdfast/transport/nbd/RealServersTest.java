package io.holdfast.transport.nbd;

import static io.holdfast.transport.nbd.NbdConnectOptions.BASE_ALLOCATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Lab("qemu-nbd, qemu-img, nbdkit and openssl (Debian: qemu-utils nbdkit openssl)")
@Timeout(120)
class RealServersTest {

    private static final int MIB = 1 << 20;
    private static final NbdConnectOptions OPTIONS =
            NbdConnectOptions.forExport("").withContexts(BASE_ALLOCATION);

    @TempDir
    Path directory;

    private Path socket;
    private Path image;
    private byte[] content;

    @BeforeEach
    void makeImage() throws IOException {
        socket = directory.resolve("s");
        image = directory.resolve("disk.raw");
        content = new byte[8 * MIB];
        new Random(1).nextBytes(content);
        java.util.Arrays.fill(content, 2 * MIB, 5 * MIB, (byte) 0);
        try (var channel = FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content, 0, 2 * MIB), 0);
            channel.write(ByteBuffer.wrap(content, 5 * MIB, 3 * MIB), 5L * MIB);
        }
    }

    @Test
    void qemu_is_read_byte_by_byte_with_its_holes() throws Exception {
        try (var server = Tool.qemuNbd(directory, socket, "-r", "-f", "raw", image.toString());
                var client = NbdClient.connect(NbdAddress.unix(socket), OPTIONS)) {
            var bytes = ByteBuffer.allocate(content.length);
            client.read(0, bytes);

            assertThat(bytes.array()).isEqualTo(content);
            assertThat(client.info().readOnly()).isTrue();
            var extents = client.blockStatus(BASE_ALLOCATION, 0, client.size());
            assertThat(extents).extracting(NbdExtent::zero).containsExactly(false, true, false);
            assertThat(extents.get(1)).isEqualTo(new NbdExtent(2L * MIB, 3L * MIB, 3));
        }
    }

    @Test
    void many_threads_read_odd_ranges_of_qemu_at_once() throws Exception {
        try (var server = Tool.qemuNbd(directory, socket, "-r", "-f", "raw", image.toString());
                var client = NbdClient.connect(NbdAddress.unix(socket), OPTIONS)) {
            var readers = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 8; i++) {
                int seed = i;
                readers.add(CompletableFuture.runAsync(() -> readAtRandom(client, seed)));
            }
            readers.forEach(CompletableFuture::join);
        }
    }

    private void readAtRandom(NbdClient client, int seed) {
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            int offset = random.nextInt(content.length - 1);
            int length = random.nextInt(Math.min(content.length - offset, 3 * MIB));
            var bytes = random.nextBoolean() ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
            try {
                client.read(offset, bytes);
            } catch (PluginException e) {
                throw new AssertionError(e);
            }
            assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(content, offset, length));
        }
    }

    @Test
    void what_is_written_zeroed_and_trimmed_is_what_qemu_img_sees() throws Exception {
        Path copy = directory.resolve("copy.raw");
        Files.write(copy, new byte[content.length]);
        try (var server = Tool.qemuNbd(directory, socket, "--discard=unmap", "-f", "raw", copy.toString());
                var client = NbdClient.connect(NbdAddress.unix(socket), OPTIONS)) {
            client.write(0, ByteBuffer.wrap(content));
            client.write(2L * MIB, ByteBuffer.allocate(MIB).put(0, new byte[] {1, 2, 3}));
            client.writeZeroes(2L * MIB, MIB + 4711, true);
            client.writeZeroes(3L * MIB, 10, false);
            client.trim(4L * MIB, MIB / 2);
            client.flush();
        }
        assertThat(Tool.run(
                        directory, "qemu-img", "compare", "-f", "raw", "-F", "raw", image.toString(), copy.toString()))
                .contains("Images are identical");
    }

    @Test
    void the_dirty_bitmap_of_a_qcow2_image_says_what_was_written_since() throws Exception {
        Path disk = directory.resolve("disk.qcow2");
        Tool.run(directory, "qemu-img", "create", "-f", "qcow2", disk.toString(), "64M");
        Tool.run(directory, "qemu-img", "bitmap", "--add", "-g", "65536", disk.toString(), "b0");
        try (var server = Tool.qemuNbd(directory, socket, "-f", "qcow2", disk.toString());
                var client = NbdClient.connect(NbdAddress.unix(socket), OPTIONS)) {
            client.write(10L * MIB + 5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            client.flush();
        }
        Path second = directory.resolve("s2");
        String bitmap = NbdConnectOptions.QEMU_DIRTY_BITMAP + "b0";
        try (var server = Tool.qemuNbd(directory, second, "-r", "-B", "b0", "-f", "qcow2", disk.toString());
                var client = NbdClient.connect(
                        NbdAddress.unix(second), OPTIONS.withContexts(BASE_ALLOCATION, bitmap, "x:y"))) {
            assertThat(client.contexts()).containsExactly(BASE_ALLOCATION, bitmap);
            assertThat(client.blockStatus(bitmap, 0, client.size()).stream().filter(NbdExtent::dirty))
                    .containsExactly(new NbdExtent(10L * MIB, 65536, 1));
            assertThat(NbdClient.listContexts(NbdAddress.unix(second), OPTIONS.withContexts("qemu:")))
                    .contains(bitmap);
        }
    }

    @Test
    void exports_are_listed_and_an_unknown_one_is_not_found() throws Exception {
        try (var server =
                Tool.qemuNbd(directory, socket, "-r", "-x", "vda", "-D", "first disk", "-f", "raw", image.toString())) {
            var address = NbdAddress.unix(socket);
            assertThat(NbdClient.list(address, OPTIONS)).containsExactly(new NbdListedExport("vda", "first disk"));
            assertThat(failure(() -> NbdClient.connect(address, NbdConnectOptions.forExport("vdb")))
                            .kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
        }
    }

    @Test
    void streams_lead_to_a_server_as_well() throws Exception {
        var nbdkit = new ProcessBuilder("nbdkit", "-s", "-r", "file", image.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var client = NbdClient.over("nbdkit", nbdkit.getInputStream(), nbdkit.getOutputStream(), OPTIONS)) {
            var bytes = ByteBuffer.allocate(content.length);
            client.read(0, bytes);
            assertThat(bytes.array()).isEqualTo(content);
        }
        assertThat(nbdkit.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nbdkits_strict_block_sizes_are_kept() throws Exception {
        Path copy = directory.resolve("copy.raw");
        Files.write(copy, content);
        try (var server = Tool.nbdkit(
                        directory,
                        socket,
                        "--filter=blocksize-policy",
                        "file",
                        copy.toString(),
                        "blocksize-minimum=4096",
                        "blocksize-preferred=65536",
                        "blocksize-maximum=131072",
                        "blocksize-error-policy=error");
                var client = NbdClient.connect(NbdAddress.unix(socket), OPTIONS)) {
            assertThat(client.info().minBlock()).isEqualTo(4096);
            assertThat(client.info().maxBlock()).isEqualTo(131072);
            var written = ByteBuffer.allocate(MIB).put(0, content, 0, MIB);
            client.write(5001, written);
            System.arraycopy(written.array(), 0, content, 5001, MIB);
            client.writeZeroes(7L * MIB + 3, 10000, true);
            java.util.Arrays.fill(content, 7 * MIB + 3, 7 * MIB + 10003, (byte) 0);
            readAtRandom(client, 7);
            assertThat(client.blockStatus(BASE_ALLOCATION, 1, 100)).containsExactly(new NbdExtent(1, 100, 0));
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(content);
    }

    @Test
    void errors_of_nbdkit_have_their_kind() throws Exception {
        for (var expected : List.of(
                java.util.Map.entry("EPERM", ErrorKind.PERMISSION),
                java.util.Map.entry("EIO", ErrorKind.UNAVAILABLE),
                java.util.Map.entry("ENOSPC", ErrorKind.QUOTA),
                java.util.Map.entry("EINVAL", ErrorKind.UNSUPPORTED))) {
            Path each = directory.resolve(expected.getKey());
            try (var server = Tool.nbdkit(
                            directory,
                            each,
                            "--filter=error",
                            "memory",
                            "1M",
                            "error=" + expected.getKey(),
                            "error-rate=100%");
                    var client = NbdClient.connect(NbdAddress.unix(each), OPTIONS)) {
                assertThat(failure(() -> client.read(0, ByteBuffer.allocate(10)))
                                .kind())
                        .isEqualTo(expected.getValue());
                assertThat(failure(() -> client.write(0, ByteBuffer.allocate(10)))
                                .kind())
                        .isEqualTo(expected.getValue());
            }
        }
    }

    @Test
    void a_server_slower_than_the_time_limit_is_given_up_and_a_slow_one_is_waited_for() throws Exception {
        try (var server = Tool.nbdkit(directory, socket, "--filter=delay", "memory", "1M", "rdelay=2")) {
            var impatient = OPTIONS.withRequestTimeout(Duration.ofMillis(300));
            try (var client = NbdClient.connect(NbdAddress.unix(socket), impatient)) {
                assertThat(failure(() -> client.read(0, ByteBuffer.allocate(10)))
                                .kind())
                        .isEqualTo(ErrorKind.TIMEOUT);
            }
        }
        Path slow = directory.resolve("slow");
        try (var server = Tool.nbdkit(directory, slow, "--filter=rate", "memory", "1M", "rate=16M");
                var client = NbdClient.connect(NbdAddress.unix(slow), OPTIONS)) {
            client.read(0, ByteBuffer.allocate(MIB));
        }
    }

    @Test
    void a_server_that_is_killed_is_unavailable() throws Exception {
        var server = Tool.nbdkit(directory, socket, "--filter=delay", "memory", "1M", "rdelay=30");
        try (var client = NbdClient.connect(NbdAddress.unix(socket), OPTIONS)) {
            var failure = CompletableFuture.supplyAsync(() -> failure(() -> client.read(0, ByteBuffer.allocate(10))));
            server.kill();
            assertThat(failure.get(10, java.util.concurrent.TimeUnit.SECONDS).kind())
                    .isEqualTo(ErrorKind.UNAVAILABLE);
        }
        assertThat(failure(() -> NbdClient.connect(NbdAddress.unix(directory.resolve("none")), OPTIONS))
                        .kind())
                .isEqualTo(ErrorKind.UNAVAILABLE);
    }

    @Test
    void tls_with_certificates_of_both_sides_works_with_nbdkit() throws Exception {
        var certificates = new Certificates(directory);
        try (var server = Tool.nbdkit(
                directory,
                socket,
                "-r",
                "--tls=require",
                "--tls-certificates=" + directory,
                "--tls-verify-peer",
                "file",
                image.toString())) {
            var address = NbdAddress.unix(socket);
            var options = OPTIONS.withTls(certificates.client()).withTlsServerName("nbd.example");
            try (var client = NbdClient.connect(address, options)) {
                readAtRandom(client, 3);
            }
            assertThat(failure(() -> NbdClient.connect(address, OPTIONS)).kind())
                    .isEqualTo(ErrorKind.INVALID_CONFIG);
            assertThat(failure(() -> NbdClient.connect(address, options.withTlsServerName("other.example")))
                            .kind())
                    .isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(failure(() -> NbdClient.connect(address, options.withTls(certificates.stranger())))
                            .kind())
                    .isIn(ErrorKind.AUTHENTICATION, ErrorKind.UNAVAILABLE);
        }
    }

    private static PluginException failure(ThrowingCallable call) {
        return catchThrowableOfType(PluginException.class, call);
    }
}
