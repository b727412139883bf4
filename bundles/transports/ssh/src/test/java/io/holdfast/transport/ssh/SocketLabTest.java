package io.holdfast.transport.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.TestCancellation;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Lab("an SSH server: HOLDFAST_LAB_SSHD=$(itests/lab/sshd.sh start)")
@Timeout(180)
class SocketLabTest {

    private static final int MIB = 1 << 20;
    private static final int HUNDRED = 100;

    @TempDir
    private Path directory;

    private SshdLab lab;

    @BeforeEach
    void find() throws Exception {
        lab = new SshdLab();
    }

    @Test
    void a_forwarded_socket_carries_a_hundred_mebibytes_both_ways_unchanged_over_changes_of_the_keys()
            throws Exception {
        try (SshConnection connection = lab.open();
                ServerSocketChannel server = listen(SocketLabTest::echo);
                SshStream stream = connection.openUnixSocket(path())) {
            assertThat(server.isOpen()).isTrue();
            exchange(stream);
        }
    }

    @Test
    void and_so_it_does_through_another_host() throws Exception {
        try (SshConnection connection = lab.openThroughItself();
                ServerSocketChannel server = listen(SocketLabTest::echo);
                SshStream stream = connection.openUnixSocket(path())) {
            assertThat(server.isOpen()).isTrue();
            exchange(stream);
        }
    }

    @Test
    void a_stream_that_nobody_reads_stalls_no_other_and_fails_when_too_much_waits() throws Exception {
        try (SshConnection connection = lab.open();
                ServerSocketChannel server = listen(SocketLabTest::flood);
                SshStream stream = connection.openUnixSocket(path())) {
            assertThat(server.isOpen()).isTrue();
            SshResult other = connection.exec(
                    List.of("sh", "-c", "head -c 10000000 /dev/zero"), ExecOptions.standard(), new TestCancellation());

            assertThat(other.output()).hasSize(10_000_000);
            // what waited is forgotten when it is too much
            await().until(() -> stream.input().available() > 0);
            await().until(() -> stream.input().available() == 0);
            assertThatThrownBy(() -> stream.input().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("64 MiB");
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void a_stream_of_a_lost_connection_throws_instead_of_ending() throws Exception {
        try (SshConnection connection = lab.open();
                ServerSocketChannel server = listen(SocketLabTest::echo);
                SshStream stream = connection.openUnixSocket(path())) {
            assertThat(server.isOpen()).isTrue();
            stream.output().write(1);
            assertThat(stream.input().read()).isOne();
            connection.exec(
                    List.of("sh", "-c", "(sleep 0.2; kill -KILL $PPID) >/dev/null 2>&1 &"),
                    ExecOptions.standard(),
                    new TestCancellation());

            assertThatThrownBy(() -> stream.input().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lost");
            assertThatThrownBy(() -> stream.output().write(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void what_is_sent_to_a_server_that_stands_still_fails_within_the_keep_alive_limit() throws Exception {
        try (SshConnection connection = lab.open()) {
            sendUntilItFails(connection);
        }
    }

    @Test
    void and_so_it_does_behind_another_host() throws Exception {
        try (SshConnection connection = lab.openThroughItself()) {
            sendUntilItFails(connection);
        }
    }

    /** Sends so much that every buffer is full when the server stops. */
    private void sendUntilItFails(SshConnection connection) throws Exception {
        String server = connection
                .exec(List.of("sh", "-c", "echo $PPID"), ExecOptions.standard(), new TestCancellation())
                .outputText()
                .strip();
        try (ServerSocketChannel listening = listen(SocketLabTest::swallow);
                SshStream stream = connection.openUnixSocket(path())) {
            assertThat(listening.isOpen()).isTrue();
            stream.output().write(new byte[MIB]);
            signal("STOP", server);
            long start = System.nanoTime();
            assertThatThrownBy(() -> {
                        while (true) {
                            stream.output().write(new byte[MIB]);
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            assertThat(connection.isOpen()).isFalse();
        } finally {
            signal("CONT", server);
        }
    }

    private static void signal(String name, String process) throws Exception {
        new ProcessBuilder("kill", "-" + name, process).start().waitFor();
    }

    private static void swallow(InputStream in, OutputStream out) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    @Test
    void a_socket_on_which_nobody_listens_is_not_found() throws Exception {
        try (SshConnection connection = lab.open()) {
            assertThatThrownBy(() -> connection.openUnixSocket(path()))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
            assertThat(connection.isOpen()).isTrue();
        }
    }

    private static void exchange(SshStream stream) throws Exception {
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> send(stream));
        Random expected = new Random(1);
        byte[] want = new byte[MIB];
        for (int i = 0; i < HUNDRED; i++) {
            expected.nextBytes(want);
            assertThat(java.util.Arrays.equals(stream.input().readNBytes(MIB), want))
                    .as("mebibyte %s", i)
                    .isTrue();
        }
        assertThat(stream.input().read()).isEqualTo(-1);
        written.get();
    }

    private static void send(SshStream stream) {
        Random random = new Random(1);
        byte[] bytes = new byte[MIB];
        try (OutputStream out = stream.output()) {
            for (int i = 0; i < HUNDRED; i++) {
                random.nextBytes(bytes);
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String path() {
        return directory.resolve("socket").toString();
    }

    private interface Peer {
        void talk(InputStream in, OutputStream out) throws IOException;
    }

    private static void echo(InputStream in, OutputStream out) throws IOException {
        in.transferTo(out);
    }

    private static void flood(InputStream in, OutputStream out) throws IOException {
        byte[] bytes = new byte[MIB];
        while (true) {
            out.write(bytes);
        }
    }

    private ServerSocketChannel listen(Peer peer) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path()));
        Thread thread = new Thread(() -> serve(server, peer), "test-socket");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static void serve(ServerSocketChannel server, Peer peer) {
        try (SocketChannel socket = server.accept()) {
            peer.talk(Channels.newInputStream(socket), Channels.newOutputStream(socket));
        } catch (IOException e) {
            // the other side is gone, as some tests want it
        }
    }
}
