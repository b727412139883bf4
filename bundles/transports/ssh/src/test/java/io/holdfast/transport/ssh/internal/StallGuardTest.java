package io.holdfast.transport.ssh.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StallGuardTest {

    private final CountDownLatch ended = new CountDownLatch(1);

    private OutputStream guarded(String name, OutputStream out, long millis) {
        return new StallGuard(name, millis, () -> ended.getCount() == 0, ended::countDown).guard(out);
    }

    @Test
    void a_write_that_does_not_end_ends_the_connection_and_says_so() {
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IOException("Socket closed");
            }
        };
        OutputStream out = guarded("kvm1", stuck, 100);

        assertThatThrownBy(() -> out.write(1)).hasMessageContaining("kvm1 took nothing");
    }

    @Test
    void many_short_writes_may_last_longer_and_the_thread_ends_with_the_connection() throws Exception {
        AtomicBoolean wrote = new AtomicBoolean();
        OutputStream out = guarded("kvm2", OutputStream.nullOutputStream(), 50);
        long start = System.nanoTime();
        while (System.nanoTime() - start < 300_000_000L) {
            out.write(new byte[10]);
            wrote.set(true);
        }

        assertThat(wrote).isTrue();
        assertThat(ended.getCount()).isOne();
        ended.countDown();
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("ssh-stall-guard-kvm2")));
    }
}
