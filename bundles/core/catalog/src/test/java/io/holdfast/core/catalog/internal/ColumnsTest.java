package io.holdfast.core.catalog.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.spi.ErrorKind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How values become columns. */
class ColumnsTest {

    @Test
    void a_map_becomes_the_same_text_whatever_its_order() {
        Map<String, List<String>> map = new LinkedHashMap<>();
        map.put("b", List.of("2", "\"quoted\"\n"));
        map.put("a", List.of());
        assertThat(JsonColumn.ofLists("f", map)).isEqualTo("{\"a\":[],\"b\":[\"2\",\"\\\"quoted\\\"\\n\"]}");
        assertThat(JsonColumn.lists(JsonColumn.ofLists("f", map))).isEqualTo(map);
        assertThat(JsonColumn.strings(JsonColumn.ofStrings("f", Map.of("ü", "🐘"))))
                .isEqualTo(Map.of("ü", "🐘"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}{}",
                "{\"a\":1}",
                "{\"a\":\"b\"}",
                "{\"a\":[1]}",
                "{\"a\":[[\"b\"]]}",
                "{\"a\":{}}",
                "{\"a\":[null]}",
                "{\"a\":[\"b\"]",
                "not json"
            })
    void what_is_no_map_of_lists_is_damage(String text) {
        assertThatThrownBy(() -> JsonColumn.lists(text))
                .isInstanceOfSatisfying(
                        CatalogException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA));
    }

    @Test
    void a_message_about_damage_does_not_quote_what_is_stored() {
        assertThatThrownBy(() -> JsonColumn.strings("{\"password\":geheim}"))
                .hasMessageNotContaining("geheim")
                .hasNoCause();
    }

    @Test
    void an_unknown_constant_is_damage_and_named() {
        assertThatThrownBy(() -> Columns.constant(TaskState.class, "SLEEPING"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("SLEEPING");
    }

    @Test
    void a_short_message_stays_and_a_long_one_is_cut_between_characters() {
        assertThat(Columns.message("ä\n\t🐘", 10)).isEqualTo("ä\n\t🐘");
        assertThat(Columns.message("🐘".repeat(6), 12)).isEqualTo("🐘".repeat(6));
        assertThat(Columns.message("🐘".repeat(7), 12)).isEqualTo("🐘🐘🐘🐘...");
        assertThat(Columns.message("a\u0000b\u007f\ud800", 10)).isEqualTo("a?b?\ufffd");
        assertThat(Columns.line("a\nb", 10)).isEqualTo("a b");
    }

    @Test
    void a_time_beyond_all_clocks_is_refused() {
        assertThatThrownBy(() -> Columns.millis(Instant.MAX)).isInstanceOf(CatalogException.class);
        assertThat(Columns.time(Columns.millis(Instant.EPOCH))).isEqualTo(Instant.EPOCH);
        assertThat(Columns.millis(null)).isNull();
    }
}
