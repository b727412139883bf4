package io.holdfast.core.vault.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Many small requests at a time. */
class BatchTest {

    private final VaultRuntime runtime = VaultRuntime.standard(Path.of("target"));

    @Test
    void every_item_is_done_once() throws Exception {
        Set<Integer> done = new ConcurrentSkipListSet<>();
        AtomicInteger calls = new AtomicInteger();
        Batch.run(runtime, "items", 1000, n -> {
            calls.incrementAndGet();
            done.add(n);
        });
        assertThat(done).hasSize(1000);
        assertThat(calls).hasValue(1000);
    }

    @Test
    void the_first_failure_is_told_and_no_thread_is_left() {
        assertThatThrownBy(() -> Batch.run(runtime, "failing", 1000, n -> {
                    throw new PluginException(ErrorKind.TIMEOUT, "item " + n);
                }))
                .isInstanceOf(PluginException.class)
                .hasMessageStartingWith("item ");
        assertThat(threads("failing")).isZero();
    }

    @Test
    void an_interrupted_caller_stops_its_threads() throws Exception {
        CountDownLatch underWay = new CountDownLatch(15);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread[] caller = new Thread[1];
        caller[0] = new Thread(() -> {
            try {
                Batch.run(runtime, "stopped", 1000, n -> {
                    begun.incrementAndGet();
                    if (Thread.currentThread() == caller[0]) {
                        throw new PluginException(ErrorKind.TIMEOUT, "the caller goes on to wait for the others");
                    }
                    underWay.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new PluginException(ErrorKind.CANCELLED, "interrupted", e);
                    }
                });
            } catch (Throwable e) {
                outcome.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller[0].start();
        // the caller may take its first item before some of the others take theirs, who then take none
        underWay.await(1, TimeUnit.SECONDS);
        caller[0].interrupt();
        caller[0].join(TimeUnit.SECONDS.toMillis(8));

        assertThat(caller[0].isAlive()).isFalse();
        assertThat(outcome.get()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CANCELLED));
        assertThat(flag.get()).isTrue();
        assertThat(begun.get()).isLessThanOrEqualTo(16);
        assertThat(threads("stopped")).as("threads that go on").isZero();
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("holdfast-vault-" + name + "-"))
                .filter(Thread::isAlive)
                .count();
    }
}
