package io.holdfast.spi.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "_", "-", "a.b", "packs/ab/c1d2", "a/b-c/d_e/f.", "a..b"})
    void keys_of_the_allowed_form_are_taken_as_they_stand(String value) {
        assertThat(ObjectKey.of(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", ".hidden", "a/.b", "A", "ä", "a b", "a\\b", "a:b",
                "a+b", "a\n", "a\0b", "%41"
            })
    void everything_else_is_refused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(value));
    }

    @Test
    void a_segment_has_at_most_128_and_a_key_at_most_512_characters() {
        String segment = "s".repeat(128);
        assertThat(ObjectKey.of(segment).value()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(segment + "s"));

        String longest = "a/".repeat(255) + "bc";
        assertThat(ObjectKey.of(longest).value()).hasSize(512);
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(longest + "d"));
    }

    @Test
    void keys_order_by_their_characters_and_not_by_their_segments() {
        TreeSet<ObjectKey> sorted = new TreeSet<>();
        Stream.of("a/b", "a", "a0", "a.b", "a-b", "a_b").map(ObjectKey::of).forEach(sorted::add);

        assertThat(sorted).extracting(ObjectKey::value).containsExactly("a", "a-b", "a.b", "a/b", "a0", "a_b");
    }
}
