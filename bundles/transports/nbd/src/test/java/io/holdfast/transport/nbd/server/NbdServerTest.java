package io.holdfast.transport.nbd.server;

import static io.holdfast.transport.nbd.NbdConnectOptions.BASE_ALLOCATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdExtent;
import io.holdfast.transport.nbd.NbdListedExport;
import io.holdfast.transport.nbd.internal.Proto;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NbdServerTest {

    private static final int MIB = 1 << 20;
    private static final NbdConnectOptions OPTIONS =
            NbdConnectOptions.forExport("disk").withContexts(BASE_ALLOCATION);

    private final MemoryExport export = new MemoryExport(new byte[8 * MIB], true);
    private NbdServer server;

    @BeforeEach
    void start() throws PluginException {
        new Random(1).nextBytes(export.bytes);
        server = NbdServer.start(
                NbdServerOptions.on(NbdAddress.tcp("127.0.0.1", 0)).withHandshakeTimeout(Duration.ofSeconds(2)));
        server.export("disk", export);
        server.export("other", new MemoryExport(new byte[512], false));
    }

    @AfterEach
    void stop() {
        server.close();
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(it -> it.getName().startsWith("nbd-")));
    }

    @Test
    void what_is_written_is_read() throws Exception {
        try (var client = NbdClient.connect(server.address(), OPTIONS)) {
            client.write(12345, ByteBuffer.wrap(new byte[3 * MIB]));
            client.write(20000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            client.writeZeroes(5L * MIB, MIB + 1, true);
            client.trim(0, 100);
            client.flush();

            var bytes = ByteBuffer.allocate(8 * MIB);
            client.read(0, bytes);
            assertThat(bytes.array()).isEqualTo(export.bytes);
            assertThat(bytes.get(20002)).isEqualTo((byte) 3);
            assertThat(export.flushes).hasValue(1);
            assertThat(client.blockStatus(BASE_ALLOCATION, 5L * MIB, 3L * MIB))
                    .containsExactly(new NbdExtent(5L * MIB, MIB, 3), new NbdExtent(6L * MIB, 2L * MIB, 0));
        }
    }

    @Test
    void several_clients_and_threads_are_served_at_once() {
        var clients = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 6; i++) {
            int seed = i;
            clients.add(CompletableFuture.runAsync(() -> {
                try (var client = NbdClient.connect(server.address(), OPTIONS)) {
                    var random = new Random(seed);
                    for (int round = 0; round < 30; round++) {
                        int offset = random.nextInt(7 * MIB);
                        var bytes = ByteBuffer.allocate(random.nextInt(MIB));
                        client.read(offset, bytes);
                        assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(export.bytes, offset, bytes.limit()));
                    }
                } catch (PluginException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        clients.forEach(CompletableFuture::join);
    }

    @Test
    void exports_are_listed_and_unknown_ones_not_found() throws Exception {
        assertThat(NbdClient.list(server.address(), OPTIONS))
                .extracting(NbdListedExport::name)
                .containsExactly("disk", "other");
        assertThat(NbdClient.listContexts(server.address(), OPTIONS)).containsExactly(BASE_ALLOCATION);
        assertThat(failure(() -> NbdClient.connect(server.address(), NbdConnectOptions.forExport("none")))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void failures_of_an_export_arrive_with_their_kind() throws Exception {
        try (var client = NbdClient.connect(server.address(), OPTIONS)) {
            for (var kind :
                    new ErrorKind[] {ErrorKind.PERMISSION, ErrorKind.QUOTA, ErrorKind.UNSUPPORTED, ErrorKind.UNAVAILABLE
                    }) {
                export.failing = kind;
                assertThat(failure(() -> client.read(0, ByteBuffer.allocate(10)))
                                .kind())
                        .isEqualTo(kind);
                assertThat(failure(() -> client.write(0, ByteBuffer.allocate(10)))
                                .kind())
                        .isEqualTo(kind);
            }
            export.failing = null;
            client.flush();
        }
    }

    @Test
    void a_read_only_export_refuses_writes_of_a_client_that_tries() throws Exception {
        try (var raw = new RawClient("other")) {
            raw.request(Proto.CMD_WRITE, 0, 0, 10);
            raw.out.write(new byte[10]);
            assertThat(raw.errno()).isEqualTo(Proto.EPERM);
        }
    }

    @Test
    void bad_requests_are_refused_one_by_one() throws Exception {
        try (var raw = new RawClient("disk")) {
            assertThat(raw.ask(Proto.CMD_READ, 0, 8L * MIB, 1)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_READ, 0, -1, 1)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_READ, 0, Long.MAX_VALUE, 1)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_READ, 0, 0, -1)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_WRITE_ZEROES, 0, 0, -1)).isEqualTo(Proto.ENOSPC);
            assertThat(raw.ask(Proto.CMD_TRIM, 0, 8L * MIB, 1)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_WRITE_ZEROES, Proto.CMD_FLAG_FAST_ZERO, 0, 10))
                    .isEqualTo(Proto.ENOTSUP);
            assertThat(raw.ask(Proto.CMD_BLOCK_STATUS, 0, 0, 10)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_FLUSH, 0, 5, 10)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(99, 0, 0, 0)).isEqualTo(Proto.EINVAL);
            assertThat(raw.ask(Proto.CMD_FLUSH, 0, 0, 0)).isZero();
            raw.request(Proto.CMD_WRITE, 0, 8L * MIB - 1, 2);
            raw.out.write(new byte[2]);
            assertThat(raw.errno()).isEqualTo(Proto.ENOSPC);
            raw.request(Proto.CMD_WRITE, 0, 0, -1);
            assertThatThrownBy(raw::errno).isInstanceOfAny(EOFException.class, SocketException.class);
        }
    }

    @Test
    void a_write_with_fua_is_flushed_before_it_is_answered() throws Exception {
        try (var raw = new RawClient("disk")) {
            raw.request(Proto.CMD_WRITE, Proto.CMD_FLAG_FUA, 0, 3);
            raw.out.write(new byte[3]);
            assertThat(raw.errno()).isZero();
            assertThat(export.flushes).hasValue(1);
        }
    }

    @Test
    void a_client_that_does_not_choose_is_hung_up_on() throws Exception {
        try (var socket = connect()) {
            assertThat(socket.getInputStream().readAllBytes()).hasSize(18);
        }
    }

    @Test
    void noise_ends_a_connection_and_nothing_else() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            try (var socket = connect()) {
                var noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                if (random.nextBoolean()) {
                    ByteBuffer.wrap(noise.length < 20 ? noise = new byte[20] : noise)
                            .putInt(Proto.FLAG_FIXED_NEWSTYLE)
                            .putLong(Proto.IHAVEOPT)
                            .putInt(random.nextInt(12))
                            .putInt(random.nextInt(100));
                }
                socket.getOutputStream().write(noise);
            } catch (SocketException e) {
                // hung up on half-way
            }
        }
        what_is_written_is_read();
    }

    @Test
    void more_connections_than_allowed_are_hung_up_on() throws Exception {
        var clients = new ArrayList<NbdClient>();
        for (int i = 0; i < 16; i++) {
            clients.add(NbdClient.connect(server.address(), OPTIONS));
        }
        assertThat(failure(() -> NbdClient.connect(server.address(), OPTIONS)).kind())
                .isEqualTo(ErrorKind.UNAVAILABLE);
        clients.forEach(NbdClient::close);
    }

    @Test
    void a_withdrawn_export_is_not_called_any_more() throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        server.export("slow", new NbdExport() {
            @Override
            public long size() {
                return MIB;
            }

            @Override
            public void read(long offset, ByteBuffer into) throws PluginException {
                entered.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    throw new PluginException(ErrorKind.CANCELLED, "interrupted");
                }
            }
        });
        try (var client = NbdClient.connect(server.address(), NbdConnectOptions.forExport("slow"))) {
            var read = CompletableFuture.supplyAsync(() -> failure(() -> client.read(0, ByteBuffer.allocate(10))));
            entered.await();
            var withdrawn = CompletableFuture.runAsync(() -> server.withdraw("slow"));
            assertThat(read.join().kind()).isEqualTo(ErrorKind.UNAVAILABLE);
            assertThat(withdrawn).isNotDone();
            leave.countDown();
            withdrawn.join();
        }
        assertThat(failure(() -> NbdClient.connect(server.address(), NbdConnectOptions.forExport("slow")))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void a_unix_socket_is_taken_once_and_removed_at_the_end(@TempDir Path directory) throws Exception {
        var address = NbdAddress.unix(directory.resolve("s"));
        try (var unix = NbdServer.start(NbdServerOptions.on(address))) {
            unix.export("disk", export);
            assertThat(failure(() -> NbdServer.start(NbdServerOptions.on(address)))
                            .kind())
                    .isEqualTo(ErrorKind.CONFLICT);
            try (var client = NbdClient.connect(address, OPTIONS)) {
                client.read(0, ByteBuffer.allocate(10));
            }
        }
        assertThat(Files.exists(directory.resolve("s"))).isFalse();
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", ((NbdAddress.Tcp) server.address()).port());
    }

    private static PluginException failure(ThrowingCallable call) {
        return catchThrowableOfType(PluginException.class, call);
    }

    /** A client that sends whatever it likes; opens by EXPORT_NAME, so that answers are simple. */
    private final class RawClient implements AutoCloseable {

        private final Socket socket = connect();
        private final DataInputStream in = new DataInputStream(socket.getInputStream());
        private final DataOutputStream out = new DataOutputStream(socket.getOutputStream());

        RawClient(String export) throws IOException {
            in.skipNBytes(18);
            out.writeInt(Proto.FLAG_FIXED_NEWSTYLE | Proto.FLAG_NO_ZEROES);
            out.writeLong(Proto.IHAVEOPT);
            out.writeInt(Proto.OPT_EXPORT_NAME);
            out.writeInt(export.length());
            out.writeBytes(export);
            in.skipNBytes(10);
        }

        void request(int type, int flags, long offset, int length) throws IOException {
            out.writeInt(Proto.REQUEST_MAGIC);
            out.writeShort(flags);
            out.writeShort(type);
            out.writeLong(42);
            out.writeLong(offset);
            out.writeInt(length);
        }

        int errno() throws IOException {
            assertThat(in.readInt()).isEqualTo(Proto.SIMPLE_REPLY_MAGIC);
            int errno = in.readInt();
            assertThat(in.readLong()).isEqualTo(42);
            return errno;
        }

        int ask(int type, int flags, long offset, int length) throws IOException {
            request(type, flags, offset, length);
            return errno();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
