package io.holdfast.transport.nbd;

import static io.holdfast.transport.nbd.NbdConnectOptions.BASE_ALLOCATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.internal.Proto;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostileServerTest {

    private static final NbdConnectOptions OPTIONS = NbdConnectOptions.forExport("disk")
            .withContexts(BASE_ALLOCATION)
            .withConnectTimeout(Duration.ofSeconds(5))
            .withRequestTimeout(Duration.ofSeconds(5));
    private static final NbdConnectOptions IMPATIENT =
            OPTIONS.withConnectTimeout(Duration.ofMillis(200)).withRequestTimeout(Duration.ofMillis(200));

    @Test
    void an_answer_in_parts_out_of_order_with_holes_is_put_together() throws Exception {
        try (var server = reading((peer, asked) -> {
                    peer.data(asked.cookie(), false, asked.offset() + 300, 100, 3);
                    peer.hole(asked.cookie(), false, asked.offset() + 100, 200);
                    peer.data(asked.cookie(), true, asked.offset(), 100, 1);
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            var bytes = ByteBuffer.allocate(402).position(1).limit(401);
            client.read(1000, bytes);

            assertThat(bytes.remaining()).isZero();
            assertThat(bytes.array()).startsWith(0, 1, 1).endsWith(3, 3, 0);
            assertThat(bytes.get(101)).isZero();
            assertThat(bytes.get(300)).isZero();
            assertThat(bytes.get(301)).isEqualTo((byte) 3);
        }
    }

    @Test
    void bytes_outside_of_what_was_asked_for_are_refused() throws Exception {
        refusesToRead((peer, asked) -> peer.data(asked.cookie(), true, asked.offset() + 1, asked.length(), 1));
        refusesToRead((peer, asked) -> peer.data(asked.cookie(), true, asked.offset() - 1, asked.length(), 1));
        refusesToRead((peer, asked) -> peer.data(asked.cookie(), true, -5, 10, 1));
        refusesToRead((peer, asked) -> peer.hole(asked.cookie(), true, asked.offset(), asked.length() + 1));
        refusesToRead((peer, asked) -> peer.hole(asked.cookie(), true, asked.offset(), -1));
        refusesToRead((peer, asked) -> peer.hole(asked.cookie(), true, Long.MAX_VALUE, 10));
    }

    @Test
    void bytes_that_are_missing_or_come_twice_are_refused() throws Exception {
        refusesToRead((peer, asked) -> peer.data(asked.cookie(), true, asked.offset(), asked.length() - 1, 1));
        refusesToRead((peer, asked) -> {
            peer.data(asked.cookie(), false, asked.offset(), 10, 1);
            peer.data(asked.cookie(), true, asked.offset() + 9, asked.length() - 9, 1);
        });
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_NONE, 0).flush());
    }

    @Test
    void impossible_parts_of_answers_are_refused() throws Exception {
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_OFFSET_DATA, -1).writeLong(0));
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_OFFSET_DATA, 8).writeLong(0));
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_OFFSET_HOLE, 11).writeLong(0));
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_NONE, 1).write(1));
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), false, Proto.REPLY_NONE, 0).flush());
        refusesToRead((peer, asked) -> peer.chunk(asked.cookie(), true, 77, 0).flush());
        refusesToRead((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_ERROR, 1 << 30).flush());
        refusesToRead((peer, asked) -> {
            peer.chunk(asked.cookie(), true, Proto.REPLY_ERROR, 8).writeInt(5);
            peer.out.writeShort(5000);
        });
        refusesToRead((peer, asked) -> peer.simple(asked.cookie(), 0));
        refusesToRead((peer, asked) -> peer.simple(asked.cookie() + 1, 5));
        refusesToRead((peer, asked) -> peer.out.writeInt(0xdeadbeef));
    }

    @Test
    void an_answer_of_endless_tiny_parts_ends() throws Exception {
        refusesToRead((peer, asked) -> {
            for (int i = 0; i < asked.length(); i += 2) {
                peer.hole(asked.cookie(), false, asked.offset() + i, 1);
            }
        });
    }

    @Test
    void errors_of_the_server_have_their_kind_and_the_connection_lives_on() throws Exception {
        var errors = List.of(Proto.EPERM, Proto.EIO, Proto.ENOMEM, Proto.EINVAL, Proto.ENOSPC, Proto.ESHUTDOWN, 4711);
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate();
                    for (int errno : errors) {
                        var asked = peer.request();
                        byte[] text = "bad\u0007\nnews".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                        peer.chunk(asked.cookie(), true, Proto.REPLY_ERROR, 6 + text.length)
                                .writeInt(errno);
                        peer.out.writeShort(text.length);
                        peer.out.write(text);
                        peer.out.flush();
                    }
                    peer.listen();
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            var kinds = new ArrayList<ErrorKind>();
            for (int i = 0; i < errors.size(); i++) {
                var failure = failure(() -> client.read(0, ByteBuffer.allocate(10)));
                assertThat(failure)
                        .hasMessageStartingWith("Read 10 bytes at 0 of nbd://")
                        .hasMessageContaining("(bad news)");
                kinds.add(failure.kind());
            }
            assertThat(kinds)
                    .containsExactly(
                            ErrorKind.PERMISSION,
                            ErrorKind.UNAVAILABLE,
                            ErrorKind.UNAVAILABLE,
                            ErrorKind.UNSUPPORTED,
                            ErrorKind.QUOTA,
                            ErrorKind.UNAVAILABLE,
                            ErrorKind.UNAVAILABLE);
        }
    }

    @Test
    void a_silent_server_ends_every_waiting_call_in_time() throws Exception {
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate();
                    peer.listen();
                });
                var client = NbdClient.connect(server.address(), IMPATIENT.withMaxInFlight(2))) {
            var waiting = new ArrayList<CompletableFuture<PluginException>>();
            for (int i = 0; i < 5; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> failure(() -> client.read(0, ByteBuffer.allocate(10))),
                        task -> new Thread(task).start()));
            }
            for (var one : waiting) {
                assertThat(one.get(10, TimeUnit.SECONDS).kind()).isEqualTo(ErrorKind.TIMEOUT);
            }
            assertThat(failure(client::flush).kind()).isEqualTo(ErrorKind.TIMEOUT);
        }
        threadsEnd();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 18})
    void a_server_that_falls_silent_in_the_handshake_is_given_up(int bytes) throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.out.write(java.util.Arrays.copyOf(greeting(), bytes));
            peer.out.flush();
            peer.listen();
        })) {
            assertThat(failure(() -> NbdClient.connect(server.address(), IMPATIENT))
                            .kind())
                    .isEqualTo(ErrorKind.TIMEOUT);
        }
        threadsEnd();
    }

    @Test
    void a_server_that_does_not_take_what_is_written_is_given_up() throws Exception {
        var never = new java.util.concurrent.CountDownLatch(1);
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new java.io.InterruptedIOException();
                    }
                });
                var client = NbdClient.connect(server.address(), IMPATIENT)) {
            var failure = failure(() -> {
                while (true) {
                    client.write(0, ByteBuffer.allocate((int) ScriptedServer.SIZE));
                }
            });
            assertThat(failure.kind()).isEqualTo(ErrorKind.TIMEOUT);
        } finally {
            never.countDown();
        }
    }

    @Test
    void a_server_that_hangs_up_ends_every_call_as_unavailable() throws Exception {
        try (var server = reading((peer, asked) -> peer.in.close());
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            assertThat(failure(() -> client.read(0, ByteBuffer.allocate(10))).kind())
                    .isEqualTo(ErrorKind.UNAVAILABLE);
            assertThat(failure(client::flush).kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        }
    }

    @Test
    void an_interrupted_caller_goes_and_the_connection_stays() throws Exception {
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate();
                    var first = peer.request();
                    var second = peer.request();
                    peer.data(second.cookie(), true, second.offset(), second.length(), 2);
                    peer.data(first.cookie(), true, first.offset(), first.length(), 1);
                    peer.simple(peer.request().cookie(), 0);
                    peer.listen();
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            var given = ByteBuffer.allocate(10);
            var kind = new CompletableFuture<ErrorKind>();
            var caller = new Thread(
                    () -> kind.complete(failure(() -> client.read(0, given)).kind()));
            caller.start();
            Awaitility.await().until(() -> caller.getState() == Thread.State.WAITING);
            caller.interrupt();
            assertThat(kind.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorKind.CANCELLED);

            client.read(0, ByteBuffer.allocate(10));
            client.flush();
            assertThat(given.array()).containsOnly(0);
        }
    }

    @Test
    void shortened_extents_are_asked_for_again_and_equal_neighbours_become_one() throws Exception {
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate();
                    for (int i = 0; ; i++) {
                        var asked = peer.request();
                        peer.chunk(asked.cookie(), true, Proto.REPLY_BLOCK_STATUS, 12)
                                .writeInt(7);
                        peer.out.writeInt(1000);
                        peer.out.writeInt(i < 3 ? 0 : 3);
                        peer.out.flush();
                    }
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            assertThat(client.blockStatus(BASE_ALLOCATION, 500, 4200))
                    .containsExactly(new NbdExtent(500, 3000, 0), new NbdExtent(3500, 1200, 3));
        }
    }

    @Test
    void impossible_extents_are_refused() throws Exception {
        refusesToQuery((peer, asked) -> extents(peer, asked, 7, 0, 0));
        refusesToQuery((peer, asked) -> extents(peer, asked, 8, 10, 0));
        refusesToQuery((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_BLOCK_STATUS, 4).writeInt(7));
        refusesToQuery((peer, asked) -> peer.chunk(asked.cookie(), true, Proto.REPLY_BLOCK_STATUS, 1 << 30)
                .writeInt(7));
        refusesToQuery((peer, asked) ->
                peer.chunk(asked.cookie(), true, Proto.REPLY_NONE, 0).flush());
        refusesToQuery((peer, asked) -> {
            peer.chunk(asked.cookie(), false, Proto.REPLY_BLOCK_STATUS, 12).writeInt(7);
            peer.out.writeLong(5L << 32);
            extents(peer, asked, 7, 5, 0);
        });
    }

    @Test
    void block_sizes_are_kept() throws Exception {
        var asked = new java.util.concurrent.ConcurrentLinkedQueue<ScriptedServer.Asked>();
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate(true, new int[] {4096, 4096, 8192});
                    while (true) {
                        var one = peer.request();
                        asked.add(one);
                        peer.data(one.cookie(), true, one.offset(), one.length(), (int) (one.offset() / 4096));
                    }
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            var bytes = ByteBuffer.allocate(20000);
            client.read(4000, bytes);

            assertThat(asked).allSatisfy(it -> {
                assertThat(it.offset() % 4096).isZero();
                assertThat(it.length() % 4096).isZero();
                assertThat(it.length()).isLessThanOrEqualTo(8192);
            });
            assertThat(bytes.get(0)).isZero();
            assertThat(bytes.get(95)).isZero();
            assertThat(bytes.get(96)).isEqualTo((byte) 1);
            assertThat(bytes.get(19999)).isEqualTo((byte) 5);
        }
    }

    @Test
    void impossible_block_sizes_are_refused() throws Exception {
        for (int[] blocks : new int[][] {
            {0, 0, 0}, {3, 4096, 8192}, {1 << 20, 1 << 20, 1 << 20}, {4096, 512, 8192}, {4096, 4096, 5000}, {1, 4096, 0}
        }) {
            try (var server = new ScriptedServer(peer -> peer.negotiate(true, blocks))) {
                assertThat(failure(() -> NbdClient.connect(server.address(), OPTIONS))
                                .kind())
                        .isEqualTo(ErrorKind.CORRUPT_DATA);
            }
        }
    }

    @Test
    void a_server_without_structured_replies_is_read_by_simple_ones() throws Exception {
        try (var server = new ScriptedServer(peer -> {
                    peer.negotiate(false, new int[] {1, 4096, 32 << 20});
                    var asked = peer.request();
                    peer.simple(asked.cookie(), 0);
                    peer.out.write(new byte[] {1, 2, 3});
                    peer.out.flush();
                    peer.listen();
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            var bytes = ByteBuffer.allocate(3);
            client.read(0, bytes);
            assertThat(bytes.array()).containsExactly(1, 2, 3);
            assertThat(client.contexts()).isEmpty();
        }
    }

    @Test
    void an_old_server_is_opened_by_export_name() throws Exception {
        try (var server = new ScriptedServer(peer -> {
                    peer.greet();
                    for (int option = peer.option(); option != Proto.OPT_EXPORT_NAME; option = peer.option()) {
                        peer.reply(option, Proto.REP_ERR_UNSUP);
                    }
                    peer.out.writeLong(12345);
                    peer.out.writeShort(Proto.TX_HAS_FLAGS | Proto.TX_READ_ONLY);
                    peer.out.flush();
                    peer.listen();
                });
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            assertThat(client.size()).isEqualTo(12345);
            assertThat(client.info().readOnly()).isTrue();
            assertThat(failure(() -> client.write(0, ByteBuffer.allocate(1))).kind())
                    .isEqualTo(ErrorKind.PERMISSION);
        }
    }

    @Test
    void a_server_that_does_not_offer_tls_is_refused_when_tls_is_required() throws Exception {
        try (var server = new ScriptedServer(ScriptedServer.Peer::negotiate)) {
            var options = OPTIONS.withTls(javax.net.ssl.SSLContext.getDefault());
            assertThat(failure(() -> NbdClient.connect(server.address(), options))
                            .kind())
                    .isEqualTo(ErrorKind.UNSUPPORTED);
        }
    }

    @Test
    void data_slipped_in_behind_the_agreement_to_tls_are_refused() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.greet();
            peer.header(peer.option(), Proto.REP_ACK, 0).writeLong(Proto.OPTION_REPLY_MAGIC);
            peer.out.flush();
            peer.listen();
        })) {
            var options = OPTIONS.withTls(javax.net.ssl.SSLContext.getDefault());
            assertThat(failure(() -> NbdClient.connect(server.address(), options))
                            .kind())
                    .isEqualTo(ErrorKind.CORRUPT_DATA);
        }
    }

    @Test
    void a_list_that_does_not_end_is_refused() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.greet();
            int option = peer.option();
            while (true) {
                peer.header(option, Proto.REP_SERVER, 4).writeInt(0);
            }
        })) {
            assertThat(failure(() -> NbdClient.list(server.address(), OPTIONS)).kind())
                    .isEqualTo(ErrorKind.CORRUPT_DATA);
        }
    }

    @Test
    void a_name_longer_than_its_reply_is_refused() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.greet();
            peer.header(peer.option(), Proto.REP_SERVER, 8).writeInt(5);
            peer.out.writeInt(0);
            peer.out.flush();
            peer.listen();
        })) {
            assertThat(failure(() -> NbdClient.list(server.address(), OPTIONS)).kind())
                    .isEqualTo(ErrorKind.CORRUPT_DATA);
        }
    }

    @Test
    void whatever_bytes_come_a_call_ends_with_a_failure_of_a_known_kind() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            try (var server = new ScriptedServer(peer -> {
                if (random.nextBoolean()) {
                    peer.negotiate();
                    var asked = peer.request();
                    peer.chunk(asked.cookie(), random.nextBoolean(), random.nextInt(7), random.nextInt(40));
                }
                var noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                peer.out.write(noise);
                peer.out.flush();
            })) {
                assertThatThrownBy(() -> {
                            try (var client = NbdClient.connect(server.address(), OPTIONS)) {
                                client.read(0, ByteBuffer.allocate(100000));
                                client.read(0, ByteBuffer.allocate(100000));
                            }
                        })
                        .as("seed %d", seed)
                        .isInstanceOfSatisfying(PluginException.class, it -> assertThat(it.kind())
                                .isIn(ErrorKind.CORRUPT_DATA, ErrorKind.UNAVAILABLE, ErrorKind.UNSUPPORTED));
            }
        }
        threadsEnd();
    }

    private interface Answer {
        void give(ScriptedServer.Peer peer, ScriptedServer.Asked asked) throws java.io.IOException;
    }

    private static ScriptedServer reading(Answer answer) throws Exception {
        return new ScriptedServer(peer -> {
            peer.negotiate();
            answer.give(peer, peer.request());
            peer.out.flush();
            peer.listen();
        });
    }

    private static void refusesToRead(Answer answer) throws Exception {
        refuses(answer, client -> client.read(1000, ByteBuffer.allocate(100000)));
    }

    private static void refusesToQuery(Answer answer) throws Exception {
        refuses(answer, client -> client.blockStatus(BASE_ALLOCATION, 0, 100000));
    }

    private interface Use {
        void of(NbdClient client) throws PluginException;
    }

    private static void refuses(Answer answer, Use use) throws Exception {
        try (var server = reading(answer);
                var client = NbdClient.connect(server.address(), OPTIONS)) {
            assertThat(failure(() -> use.of(client)).kind()).isEqualTo(ErrorKind.CORRUPT_DATA);
            assertThat(failure(client::flush).kind()).isEqualTo(ErrorKind.CORRUPT_DATA);
        }
    }

    private static void extents(
            ScriptedServer.Peer peer, ScriptedServer.Asked asked, int context, int length, int flags)
            throws java.io.IOException {
        peer.chunk(asked.cookie(), true, Proto.REPLY_BLOCK_STATUS, 12).writeInt(context);
        peer.out.writeInt(length);
        peer.out.writeInt(flags);
        peer.out.flush();
    }

    private static byte[] greeting() {
        return ByteBuffer.allocate(18)
                .putLong(Proto.NBDMAGIC)
                .putLong(Proto.IHAVEOPT)
                .putShort((short) 1)
                .array();
    }

    private static PluginException failure(ThrowingCallable call) {
        return catchThrowableOfType(PluginException.class, call);
    }

    private static void threadsEnd() {
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(it -> it.getName().startsWith("nbd-")));
    }
}
