package io.holdfast.core.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthTest {

    private static final long MIB = 1 << 20;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-02T12:00:00Z"), ZoneOffset.UTC);

    /** Monday is the second of March. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-02T07:59:59Z, 0",
        "2026-03-02T08:00:00Z, 20",
        "2026-03-02T17:59:59Z, 20",
        "2026-03-02T18:00:00Z, 0",
        "2026-03-07T12:00:00Z, 0",
        "2026-03-06T22:00:00Z, 5",
        "2026-03-07T05:59:00Z, 5",
        "2026-03-07T06:00:00Z, 0",
        "2026-03-08T05:00:00Z, 0",
    })
    void the_first_rule_that_applies_counts(Instant now, long mib) {
        Bandwidth bandwidth = Bandwidth.parse(List.of(
                "mib=20 days=mon-fri from=08:00 to=18:00 zone=UTC;", "; mib=5 days=fri from=22:00 to=06:00 zone=Z "));
        assertThat(bandwidth.at(now)).isEqualTo(mib * MIB);
    }

    @Test
    void a_rule_without_times_always_applies_and_zone_and_days_are_as_they_are_written() {
        assertThat(Bandwidth.parse(List.of("mib=0.5")).at(CLOCK.instant())).isEqualTo(MIB / 2);
        Bandwidth berlin = Bandwidth.parse(List.of("mib=1 days=sat-mon,wed from=13:00 to=14:00 zone=Europe/Berlin"));
        assertThat(berlin.at(CLOCK.instant())).isEqualTo(MIB);
        assertThat(berlin.at(CLOCK.instant().plusSeconds(24 * 3600))).isZero();
        assertThat(Bandwidth.UNLIMITED.at(CLOCK.instant())).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"20", "mib=-1", "mib=", "days=mon", "mib=1 days=someday", "mib=1 from=25:00", "mib=1 zone=Mars"})
    void what_makes_no_sense_is_refused_with_an_example(String rule) {
        assertThatThrownBy(() -> Bandwidth.parse(List.of(rule)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule)
                .hasMessageContaining("an example: mib=20");
    }

    @Test
    void bytes_are_paid_for_before_the_next_ones_move_whoever_moves_them() {
        AtomicLong now = new AtomicLong();
        Throttle throttle = new Throttle(
                Bandwidth.parse(List.of("mib=1")), CLOCK, () -> now.getAndAdd(TimeUnit.SECONDS.toNanos(4)));

        throttle.take(10 * MIB, new TaskCancellation());
        assertThat(now.get()).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(10));
        long before = now.get();
        throttle.take(0, new TaskCancellation());
        assertThat(now.get()).isEqualTo(before);
        throttle.take(20 * MIB, new TaskCancellation());
        assertThat(now.get()).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(30));
    }

    @Test
    void a_cancelled_transfer_waits_for_nothing_and_others_do_not_wait_for_it() {
        TaskCancellation cancelled = new TaskCancellation();
        cancelled.cancel(StopReason.CANCELLED);
        AtomicLong now = new AtomicLong();
        Throttle throttle = new Throttle(Bandwidth.parse(List.of("mib=1")), CLOCK, now::get);
        throttle.take(1_000_000 * MIB, cancelled);

        AtomicLong steps = new AtomicLong();
        Throttle stepping = new Throttle(Bandwidth.parse(List.of("mib=1")), CLOCK, () -> {
            steps.incrementAndGet();
            return TimeUnit.SECONDS.toNanos(steps.get());
        });
        stepping.take(1_000_000 * MIB, cancelled);
        stepping.take(MIB, new TaskCancellation());

        assertThat(steps.get()).as("looks at the clock, a second apart").isLessThan(20);
    }
}
