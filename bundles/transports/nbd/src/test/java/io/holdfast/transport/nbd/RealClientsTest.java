package io.holdfast.transport.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.PluginException;
import io.holdfast.testkit.lab.Lab;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.nbd.server.NbdServer;
import io.holdfast.transport.nbd.server.NbdServerOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Lab("nbdinfo, nbdcopy, qemu-img and openssl (Debian: libnbd-bin qemu-utils openssl)")
@Timeout(120)
class RealClientsTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final Disk disk = new Disk(new byte[8 * MIB]);

    RealClientsTest() {
        new Random(1).nextBytes(disk.bytes);
        Arrays.fill(disk.bytes, 2 * MIB, 5 * MIB, (byte) 0);
    }

    @Test
    void nbdinfo_sees_the_export_as_it_is() throws Exception {
        try (var server = start(NbdServerOptions.on(NbdAddress.unix(directory.resolve("s"))))) {
            String uri = "nbd+unix:///disk?socket=" + directory.resolve("s");
            assertThat(Tool.run(directory, "nbdinfo", "--json", uri))
                    .contains("\"export-name\": \"disk\"", "\"export-size\": 8388608", "\"structured\": true")
                    .contains(
                            "\"is_read_only\": false", "\"can_flush\": true", "\"can_fua\": true", "\"can_zero\": true")
                    .contains("\"can_multi_conn\": true", "\"base:allocation\"", "\"block_size_maximum\": 33554432");
            assertThat(Tool.run(directory, "nbdinfo", "--map", "--json", uri))
                    .contains("\"offset\": 2097152, \"length\": 3145728, \"type\": 3");
            assertThat(Tool.run(directory, "nbdinfo", "--list", "nbd+unix://?socket=" + directory.resolve("s")))
                    .contains("export=\"disk\"");
        }
    }

    @Test
    void nbdcopy_copies_out_and_in_over_several_connections() throws Exception {
        try (var server = start(NbdServerOptions.on(NbdAddress.tcp("127.0.0.1", 0)))) {
            String uri = "nbd://127.0.0.1:" + ((NbdAddress.Tcp) server.address()).port() + "/disk";
            Path out = directory.resolve("out.raw");
            Tool.run(directory, "nbdcopy", "--connections=4", uri, out.toString());
            assertThat(Files.readAllBytes(out)).isEqualTo(disk.bytes);

            var other = new byte[8 * MIB];
            new Random(2).nextBytes(other);
            Arrays.fill(other, MIB, 4 * MIB, (byte) 0);
            Files.write(out, other);
            Tool.run(directory, "nbdcopy", "--flush", out.toString(), uri);
            assertThat(disk.bytes).isEqualTo(other);
        }
    }

    @Test
    void qemu_img_compares_and_converts() throws Exception {
        Path image = directory.resolve("disk.raw");
        Files.write(image, disk.bytes);
        try (var server = start(NbdServerOptions.on(NbdAddress.unix(directory.resolve("s"))))) {
            String uri = "nbd+unix:///disk?socket=" + directory.resolve("s");
            assertThat(Tool.run(directory, "qemu-img", "compare", "-f", "raw", "-F", "raw", image.toString(), uri))
                    .contains("Images are identical");
            Tool.run(directory, "qemu-img", "convert", "-f", "raw", "-O", "qcow2", uri, "copy.qcow2");
            assertThat(Tool.run(directory, "qemu-img", "compare", "copy.qcow2", image.toString()))
                    .contains("Images are identical");
        }
    }

    @Test
    void over_tls_nbdinfo_and_our_client_get_in_with_a_certificate_only() throws Exception {
        var certificates = new Certificates(directory);
        var options =
                NbdServerOptions.on(NbdAddress.unix(directory.resolve("s"))).withTls(certificates.server(), true);
        try (var server = start(options)) {
            String query = "socket=" + directory.resolve("s") + "&tls-certificates=" + directory
                    + "&tls-verify-peer=true&tls-hostname=nbd.example";
            assertThat(Tool.run(directory, "nbdinfo", "--size", "nbds+unix:///disk?" + query))
                    .contains("8388608");
            var mine = NbdConnectOptions.forExport("disk")
                    .withTls(certificates.client())
                    .withTlsServerName("nbd.example");
            try (var client = NbdClient.connect(server.address(), mine)) {
                var bytes = ByteBuffer.allocate(8 * MIB);
                client.read(0, bytes);
                assertThat(bytes.array()).isEqualTo(disk.bytes);
            }
            var stranger = mine.withTls(certificates.stranger());
            assertThatThrownBy(() -> NbdClient.connect(server.address(), stranger))
                    .isInstanceOf(PluginException.class);
        }
    }

    private NbdServer start(NbdServerOptions options) throws Exception {
        var server = NbdServer.start(options);
        server.export("disk", disk);
        return server;
    }

    /** An array; the long runs of zeroes are holes. */
    private static final class Disk implements NbdExport {

        private final byte[] bytes;

        Disk(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.put(bytes, (int) offset, into.remaining());
        }

        @Override
        public void write(long offset, ByteBuffer from) {
            from.get(bytes, (int) offset, from.remaining());
        }

        @Override
        public void writeZeroes(long offset, long length, boolean punchHole) {
            Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
        }

        @Override
        public List<NbdExtent> extents(long offset, long length) {
            long end = offset;
            boolean zero = bytes[(int) offset] == 0 && isZero(offset, Math.min(length, 4096 - offset % 4096));
            do {
                end = Math.min(offset + length, end - end % 4096 + 4096);
            } while (end < offset + length && isZero(end, Math.min(4096, offset + length - end)) == zero);
            return List.of(new NbdExtent(offset, end - offset, zero ? 3 : 0));
        }

        private boolean isZero(long start, long length) {
            for (long i = start; i < start + length; i++) {
                if (bytes[(int) i] != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
