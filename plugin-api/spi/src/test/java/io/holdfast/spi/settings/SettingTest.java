package io.holdfast.spi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

    private static final Setting SETTING = Setting.of("name", SettingKind.STRING, "Title", "Description.");

    @ParameterizedTest
    @ValueSource(strings = {"", "Name", "1st", "with-dash", "with space", "ü"})
    void a_name_that_is_no_identifier_is_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Setting.of(name, SettingKind.STRING, "Title", "Description."))
                .withMessageContaining("must match");
    }

    @Test
    void a_name_is_at_most_64_characters() {
        assertThat(Setting.of("a".repeat(64), SettingKind.STRING, "", "").name())
                .hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> Setting.of("a".repeat(65), SettingKind.STRING, "", ""));
    }

    @Test
    void a_choice_needs_choices() {
        assertThatIllegalArgumentException().isThrownBy(() -> Setting.of("name", SettingKind.CHOICE, "", ""));
        assertThat(SETTING.withChoices("a", "b").kind()).isEqualTo(SettingKind.CHOICE);
        assertThat(SETTING.withChoices("a", "b").choices()).containsExactly("a", "b");
    }

    @Test
    void a_secret_has_no_default() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SETTING.asSecret().withDefault("hunter2"))
                .withMessageNotContaining("hunter2");
        assertThat(SETTING.withDefault("x").asSecret().defaultValue()).isNull();
    }

    @Test
    void an_empty_range_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SETTING.withRange(2, 1));
    }

    @Test
    void properties_add_up_in_any_order() {
        Setting one = SETTING.asList().asRequired().asSecret().withRange(1, 2);
        Setting other = SETTING.withRange(1, 2).asSecret().asRequired().asList();

        assertThat(one).isEqualTo(other);
        assertThat(one)
                .isEqualTo(new Setting(
                        "name",
                        "Title",
                        "Description.",
                        SettingKind.STRING,
                        true,
                        true,
                        true,
                        null,
                        List.of(),
                        1L,
                        2L));
    }
}
