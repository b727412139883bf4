package io.holdfast.core.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BackgroundTest {

    /** The 19th number of stat, after the name in parentheses: proc(5). */
    private static int nice() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void workAndTheThreadsThatItStartsHaveTheLowestPriorityAndTheCallerKeepsIts() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/thread-self/stat")), "needs Linux to see a thread's nice value");
        int before = nice();

        int[] seen = Background.run("test-background", () -> {
            int[] nice = {nice(), -1};
            Thread child = new Thread(() -> nice[1] = nice());
            child.start();
            try {
                child.join();
            } catch (InterruptedException e) {
                throw new PluginException(ErrorKind.CANCELLED, "interrupted", e);
            }
            return nice;
        });

        assertThat(seen).containsExactly(19, 19);
        assertThat(nice()).isEqualTo(before);
    }

    @Test
    void whatTheWorkThrowsIsThrown() {
        PluginException known = new PluginException(ErrorKind.UNAVAILABLE, "away");
        assertThatThrownBy(() -> Background.run("test-background", () -> {
                    throw known;
                }))
                .isSameAs(known);
        assertThatThrownBy(() -> Background.run("test-background", () -> {
                    throw new IllegalStateException("unexpected");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoIsInterruptedInterruptsTheWorkAndWaitsForIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                Background.run("test-background", () -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        ended.set(true);
                    }
                    return true;
                });
            } catch (PluginException e) {
                failure.set(ended.get() ? e : new AssertionError("the work goes on"));
            }
        });
        caller.start();
        begun.await();
        caller.interrupt();
        caller.join();

        assertThat(failure.get()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CANCELLED));
    }
}
