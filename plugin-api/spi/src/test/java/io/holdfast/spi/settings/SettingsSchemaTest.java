package io.holdfast.spi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

    private static final Setting NUMBER = Setting.of("number", SettingKind.INTEGER, "Number", "A number.");

    @Test
    void a_name_is_described_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingsSchema.of(NUMBER, NUMBER))
                .withMessageContaining("number is described twice");
    }

    @Test
    void a_default_that_is_no_valid_value_is_found_when_the_schema_is_made() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingsSchema.of(NUMBER.withDefault("many")))
                .withMessageContaining("default of setting 'number'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingsSchema.of(NUMBER.withDefault("5").withRange(6, 7)));
    }

    @Test
    void settings_keep_their_order_and_are_found_by_name() {
        Setting text = Setting.of("text", SettingKind.TEXT, "Text", "A text.");
        SettingsSchema schema = SettingsSchema.of(text, NUMBER);

        assertThat(schema.settings()).containsExactly(text, NUMBER);
        assertThat(schema.setting("number")).contains(NUMBER);
        assertThat(schema.setting("other")).isEmpty();
    }
}
