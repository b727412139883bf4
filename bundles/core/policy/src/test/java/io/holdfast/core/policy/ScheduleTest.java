package io.holdfast.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.core.policy.Schedule.At;
import io.holdfast.core.policy.Schedule.Every;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("UTC"),
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("America/New_York"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("America/Sao_Paulo"),
            ZoneId.of("Asia/Kathmandu"));

    private static Instant at(String text) {
        return Instant.parse(text);
    }

    private static List<String> next(String schedule, String after, int count) {
        Schedule parsed = ScheduleText.read(schedule);
        List<String> times = new ArrayList<>();
        Instant time = at(after);
        for (int i = 0; i < count; i++) {
            time = parsed.next(time).orElseThrow();
            times.add(time.toString());
        }
        return times;
    }

    @Test
    void an_interval_is_counted_from_the_epoch_and_does_not_drift() {
        assertThat(next("every=4h", "2026-05-01T03:59:59Z", 3))
                .containsExactly("2026-05-01T04:00:00Z", "2026-05-01T08:00:00Z", "2026-05-01T12:00:00Z");
        assertThat(next("every=4h", "2026-05-01T04:00:00Z", 1)).containsExactly("2026-05-01T08:00:00Z");
    }

    @Test
    void a_time_of_the_day_is_that_of_the_zone_on_both_sides_of_the_change() {
        assertThat(next("at=22:00 zone=Europe/Berlin", "2026-03-27T22:00:00Z", 3))
                .containsExactly("2026-03-28T21:00:00Z", "2026-03-29T20:00:00Z", "2026-03-30T20:00:00Z");
    }

    @Test
    void a_time_that_the_clock_passes_over_is_due_when_it_has_jumped() {
        assertThat(next("at=02:30 zone=Europe/Berlin", "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void a_time_that_the_clock_shows_twice_is_due_once() {
        assertThat(next("at=02:30 zone=Europe/Berlin", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void the_first_monday_and_the_last_friday_of_a_month_can_be_said() {
        assertThat(next("at=06:00 days=MON monthdays=1,2,3,4,5,6,7", "2026-05-05T00:00:00Z", 2))
                .containsExactly("2026-06-01T06:00:00Z", "2026-07-06T06:00:00Z");
        assertThat(next("at=06:00 days=FRI monthdays=-1,-2,-3,-4,-5,-6,-7", "2026-05-05T00:00:00Z", 2))
                .containsExactly("2026-05-29T06:00:00Z", "2026-06-26T06:00:00Z");
        assertThat(next("at=06:00 monthdays=-1 months=2", "2026-05-05T00:00:00Z", 2))
                .containsExactly("2027-02-28T06:00:00Z", "2028-02-29T06:00:00Z");
    }

    @Test
    void a_day_that_never_comes_is_never_due() {
        Schedule never = ScheduleText.read("at=06:00 monthdays=30 months=2");
        assertThat(never.next(at("2026-01-01T00:00:00Z"))).isEmpty();
        assertThat(never.due(at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void what_was_missed_is_made_up_for_once_with_the_latest_time() {
        Schedule daily = ScheduleText.read("at=22:00");
        assertThat(daily.due(at("2026-05-01T22:00:00Z"), at("2026-05-09T09:00:00Z")))
                .contains(at("2026-05-08T22:00:00Z"));
        assertThat(daily.due(at("2026-05-08T22:00:00Z"), at("2026-05-09T09:00:00Z")))
                .isEmpty();
    }

    @Test
    void after_its_window_it_is_not_made_up_for() {
        Schedule daily = ScheduleText.read("at=22:00 window=6h");
        assertThat(daily.due(at("2026-05-01T22:00:00Z"), at("2026-05-03T04:00:00Z")))
                .contains(at("2026-05-02T22:00:00Z"));
        assertThat(daily.due(at("2026-05-01T22:00:00Z"), at("2026-05-03T04:00:01Z")))
                .isEmpty();
    }

    @Test
    void next_and_due_agree_whatever_the_schedule_and_the_zone() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Schedule schedule = schedule(random);
            Instant after = at("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(2 * 365 * 86_400));
            Optional<Instant> next = schedule.next(after);
            assertThat(next).as("seed %d: %s", seed, schedule).isPresent();
            Instant due = next.orElseThrow();
            assertThat(due).isAfter(after);
            assertThat(schedule.due(after, due))
                    .as("seed %d: %s", seed, schedule)
                    .contains(due);
            assertThat(schedule.due(after, due.minusMillis(1)))
                    .as("seed %d: %s", seed, schedule)
                    .isEmpty();
            Instant later = schedule.next(due).orElseThrow();
            assertThat(schedule.due(after, later))
                    .as("seed %d: %s", seed, schedule)
                    .contains(later);
        }
    }

    @Test
    void a_daily_schedule_is_due_once_on_every_day_of_its_zone() {
        for (ZoneId zone : ZONES) {
            for (int minute = 0; minute < 24 * 60; minute += 30) {
                Schedule daily = new Schedule(
                        new At(Set.of(LocalTime.ofSecondOfDay(minute * 60L)), Set.of(), Set.of(), Set.of()),
                        zone,
                        null,
                        false);
                Instant time = LocalDate.parse("2026-01-01")
                        .atStartOfDay(zone)
                        .toInstant()
                        .minusSeconds(1);
                for (LocalDate day = LocalDate.parse("2026-01-01");
                        day.isBefore(LocalDate.parse("2027-01-01"));
                        day = day.plusDays(1)) {
                    time = daily.next(time).orElseThrow();
                    assertThat(time.atZone(zone).toLocalDate()).isEqualTo(day);
                }
            }
        }
    }

    @Test
    void the_text_of_a_schedule_gives_it_back() {
        for (int seed = 0; seed < 300; seed++) {
            Schedule schedule = schedule(new Random(seed));
            assertThat(ScheduleText.read(ScheduleText.write(schedule))).isEqualTo(schedule);
        }
        assertThat(ScheduleText.read("at=22:00 days=FRI-MON").rhythm())
                .isEqualTo(new At(
                        Set.of(LocalTime.of(22, 0)),
                        Set.of(DayOfWeek.FRIDAY, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY, DayOfWeek.MONDAY),
                        Set.of(),
                        Set.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "every=1s",
                "every=4h at=22:00",
                "every=4h days=MON",
                "at=25:00",
                "at=22:00:00.5",
                "at=22:00 days=XXX",
                "at=22:00 monthdays=0",
                "at=22:00 months=13",
                "at=22:00 zone=Mars/Olympus",
                "at=22:00 mode=sometimes",
                "at=22:00 window=0s",
                "at=22:00 at=23:00",
                "0 22 * * *"
            })
    void text_that_makes_no_sense_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ScheduleText.read(text));
    }

    private static Schedule schedule(Random random) {
        ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
        Duration window = random.nextBoolean() ? Duration.ofMinutes(1 + random.nextInt(600)) : null;
        if (random.nextInt(3) == 0) {
            return new Schedule(
                    new Every(Duration.ofSeconds(10 + random.nextInt(1_000_000))), zone, window, random.nextBoolean());
        }
        Set<LocalTime> times = new HashSet<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            times.add(LocalTime.ofSecondOfDay(random.nextInt(86_400)));
        }
        Set<DayOfWeek> days = random.nextBoolean() ? Set.of(DayOfWeek.of(1 + random.nextInt(7))) : Set.of();
        Set<Integer> monthDays = random.nextInt(4) == 0 ? Set.of(-1 - random.nextInt(28)) : Set.of();
        Set<Month> months = random.nextInt(4) == 0 ? Set.of(Month.of(1 + random.nextInt(12))) : Set.of();
        return new Schedule(new At(times, days, monthDays, months), zone, window, random.nextBoolean());
    }
}
