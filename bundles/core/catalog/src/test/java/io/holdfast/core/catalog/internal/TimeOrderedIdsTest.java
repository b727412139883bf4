package io.holdfast.core.catalog.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Ids of records. */
class TimeOrderedIdsTest {

    private long now = 1_800_000_000_000L;

    @Test
    void an_id_is_a_lower_case_uuid_of_version_7_that_tells_its_time() {
        String id = ids().next();
        assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(UUID.fromString(id).getMostSignificantBits() >>> 16).isEqualTo(now);
    }

    @Test
    void ids_increase_within_a_millisecond_and_when_the_clock_is_set_back() {
        TimeOrderedIds ids = ids();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                now -= 3_600_000L * 24 * 365;
            }
            made.add(ids.next());
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    private TimeOrderedIds ids() {
        return new TimeOrderedIds(
                new Clock() {
                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }

                    @Override
                    public Instant instant() {
                        return Instant.ofEpochMilli(now);
                    }
                },
                new Random(1));
    }
}
