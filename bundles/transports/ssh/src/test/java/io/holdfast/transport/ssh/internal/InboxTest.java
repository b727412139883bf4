package io.holdfast.transport.ssh.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InboxTest {

    private final AtomicBoolean endedByHost = new AtomicBoolean(true);
    private final Inbox inbox = new Inbox(endedByHost::get, "the test");
    private final OutputStream sink = inbox.sink();

    @Test
    void what_came_is_read_in_order_and_then_the_end() throws Exception {
        sink.write(new byte[] {0, 1, 2, 3}, 1, 2);
        sink.write(3);
        sink.close();

        assertThat(inbox.available()).isEqualTo(3);
        assertThat(inbox.readAllBytes()).containsExactly(1, 2, 3);
        assertThat(inbox.read()).isEqualTo(-1);
    }

    @Test
    void a_connection_that_is_lost_lets_what_came_be_read_and_then_throws() throws Exception {
        sink.write(7);
        endedByHost.set(false);
        sink.close();

        assertThat(inbox.read()).isEqualTo(7);
        assertThatThrownBy(inbox::read).isInstanceOf(IOException.class).hasMessageContaining("lost");
    }

    @Test
    void an_end_that_the_host_said_stays_one_when_the_connection_is_lost_later() throws Exception {
        sink.close();
        endedByHost.set(false);
        sink.close();

        assertThat(inbox.read()).isEqualTo(-1);
    }

    @Test
    void too_much_that_waits_is_refused_and_fails_the_reader() throws Exception {
        byte[] chunk = new byte[1 << 20];
        for (int i = 0; i < 64; i++) {
            sink.write(chunk);
        }

        assertThatThrownBy(() -> sink.write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(inbox::read).isInstanceOf(IOException.class).hasMessageContaining("64 MiB");
        assertThat(inbox.available()).isZero();
    }

    @Test
    void reading_gives_up_after_its_timeout_and_can_go_on() throws Exception {
        inbox.timeoutMillis(20);

        assertThatThrownBy(inbox::read).isInstanceOf(SocketTimeoutException.class);
        sink.write(9);
        assertThat(inbox.read()).isEqualTo(9);
    }

    @Test
    void a_closed_one_throws_and_takes_no_more_memory() throws Exception {
        inbox.close();
        sink.write(new byte[1000]);

        assertThat(inbox.available()).isZero();
        assertThatThrownBy(inbox::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void it_does_not_matter_that_the_writing_thread_is_gone() throws Exception {
        Thread writer = new Thread(() -> {
            try {
                sink.write(5);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        writer.start();
        writer.join();

        assertThat(inbox.read()).isEqualTo(5);
        inbox.timeoutMillis(20);
        assertThatThrownBy(inbox::read).isInstanceOf(SocketTimeoutException.class);
    }
}
