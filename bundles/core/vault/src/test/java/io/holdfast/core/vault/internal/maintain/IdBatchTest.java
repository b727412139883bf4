package io.holdfast.core.vault.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.codec.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdBatchTest {

    private final Random random = new Random(20);

    /** Random ids, all of whose first eight bytes have at most so many bits. */
    private List<Id> ids(int count, int bits) {
        List<Id> ids = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            long a = bits == 0 ? 7 : random.nextLong() >>> (64 - bits) << (64 - bits);
            ids.add(new Id(a, random.nextInt(4), random.nextInt(4), random.nextInt(4)));
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 10, 30, 64})
    void what_was_added_is_there_once_and_in_order_however_alike_ids_are(int bits) {
        IdBatch batch = new IdBatch(1 << 16);
        List<Id> ids = ids(20_000, bits);
        ids.forEach(batch::add);
        batch.sort();

        TreeSet<Id> expected = new TreeSet<>(ids);
        List<Id> sorted = new ArrayList<>();
        for (int n = 0; n < batch.size(); n++) {
            sorted.add(batch.id(n));
        }
        assertThat(sorted).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 64})
    void exactly_what_was_added_is_found_at_its_place(int bits) {
        IdBatch batch = new IdBatch(1 << 16);
        List<Id> ids = ids(5_000, bits);
        ids.forEach(batch::add);
        batch.sort();
        List<Id> asked = new ArrayList<>(ids);
        asked.addAll(ids(5_000, bits));
        asked.add(new Id(0, 0, 0, 0));
        asked.add(new Id(-1, -1, -1, -1));

        TreeSet<Id> there = new TreeSet<>(ids);
        for (int n = 0; n < asked.size(); n++) {
            Id id = asked.get(n);
            int place = batch.find(id.a(), asked::get, n);
            assertThat(place >= 0).isEqualTo(there.contains(id));
            if (place >= 0) {
                assertThat(batch.id(place)).isEqualTo(id);
            }
        }
    }

    @Test
    void it_says_when_it_is_full_and_can_be_used_again() {
        IdBatch batch = new IdBatch(3);
        List<Id> ids = ids(4, 64);
        assertThat(batch.add(ids.get(0))).isTrue();
        assertThat(batch.add(ids.get(1))).isTrue();
        assertThat(batch.add(ids.get(2))).isFalse();
        batch.sort();
        batch.clear();
        assertThat(batch.isEmpty()).isTrue();
        batch.add(ids.get(3));
        batch.sort();
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.find(ids.get(0).a(), ids::get, 0)).isEqualTo(-1);
    }

    @Test
    void an_empty_one_finds_nothing() {
        IdBatch batch = new IdBatch(1);
        batch.sort();
        assertThat(batch.find(5, n -> new Id(5, 0, 0, 0), 0)).isEqualTo(-1);
    }

    @Test
    void more_than_it_can_number_is_refused() {
        assertThatThrownBy(() -> new IdBatch((1 << 23) + 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
