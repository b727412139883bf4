package io.holdfast.spi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static Setting setting(SettingKind kind) {
        Setting any = Setting.of("value", kind == SettingKind.CHOICE ? SettingKind.STRING : kind, "Value", "A value.");
        return kind == SettingKind.CHOICE ? any.withChoices("a", "b") : any;
    }

    private static Settings of(Setting setting, String... values) throws PluginException {
        return Settings.of(SettingsSchema.of(setting), Map.of("value", List.of(values)));
    }

    private static String refusal(Setting setting, String... values) {
        PluginException thrown = catchThrowableOfType(PluginException.class, () -> of(setting, values));
        assertThat(thrown).as("%s %s", setting.kind(), List.of(values)).isNotNull();
        assertThat(thrown.kind()).isEqualTo(ErrorKind.INVALID_CONFIG);
        return thrown.getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "STRING, some text",
        "TEXT, some text",
        "INTEGER, -12",
        "INTEGER, +12",
        "BOOLEAN, true",
        "BOOLEAN, false",
        "DURATION, PT30S",
        "SIZE, 1.5 GiB",
        "PATH, /srv/backup",
        "URL, https://host:8443/path",
        "CHOICE, b",
    })
    void a_value_of_its_kind_is_taken_as_it_stands(SettingKind kind, String value) throws PluginException {
        assertThat(of(setting(kind), value).text("value")).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "INTEGER, 1.5",
        "INTEGER, 9223372036854775808",
        "INTEGER, ''",
        "BOOLEAN, yes",
        "BOOLEAN, TRUE",
        "DURATION, 30s",
        "DURATION, PT-30S",
        "SIZE, 5 GB",
        "SIZE, -1",
        "SIZE, 8388608 TiB",
        "PATH, relative/path",
        "URL, /only/a/path",
        "URL, 'http://a b'",
        "CHOICE, c",
        "CHOICE, A",
    })
    void a_value_of_another_kind_is_refused_by_name(SettingKind kind, String value) {
        assertThat(refusal(setting(kind), value)).contains("setting 'value'", "is not a valid");
    }

    @ParameterizedTest
    @EnumSource
    void nul_characters_are_refused_in_every_kind(SettingKind kind) {
        assertThat(refusal(setting(kind), "/a\0b")).contains("'/a?b'");
    }

    @Test
    void several_lines_are_for_texts_only() throws PluginException {
        assertThat(of(setting(SettingKind.TEXT), "a\nb").text("value")).isEqualTo("a\nb");
        assertThat(refusal(setting(SettingKind.STRING), "a\nb")).contains("'a?b'");
    }

    @Test
    void bounds_apply_and_are_named() throws PluginException {
        Setting number = setting(SettingKind.INTEGER).withRange(2, 4);
        assertThat(of(number, "2").integer("value")).isEqualTo(2);
        assertThat(of(number, "4").integer("value")).isEqualTo(4);
        assertThat(refusal(number, "1")).contains("between 2 and 4");
        assertThat(refusal(number, "5")).contains("between 2 and 4");

        Setting size = setting(SettingKind.SIZE).withRange(1024, 2048);
        assertThat(of(size, "2 KiB").size("value")).isEqualTo(2048);
        refusal(size, "3 KiB");
    }

    @Test
    void one_bound_alone_is_explained_without_the_other() {
        Setting least =
                new Setting("value", "Value", "", SettingKind.INTEGER, false, false, false, null, List.of(), 1L, null);

        assertThat(refusal(least, "0")).contains("of at least 1").doesNotContain("null");
    }

    @Test
    void a_required_setting_must_be_given_and_not_be_empty() throws PluginException {
        Setting required = setting(SettingKind.STRING).asRequired();

        assertThat(refusal(required)).contains("'value' (Value) is missing");
        assertThat(refusal(required, "")).contains("is empty");
        assertThat(of(setting(SettingKind.STRING), "").text("value")).isEmpty();
    }

    @Test
    void a_default_applies_where_nothing_is_given() throws PluginException {
        Setting number = setting(SettingKind.INTEGER).withDefault("7").asRequired();

        assertThat(of(number).integer("value")).isEqualTo(7);
        assertThat(of(number, "8").integer("value")).isEqualTo(8);
    }

    @Test
    void several_values_are_for_lists_only() throws PluginException {
        assertThat(refusal(setting(SettingKind.STRING), "a", "b")).contains("takes one value, 2 were given");
        assertThat(of(setting(SettingKind.PATH).asList(), "/a", "/b").paths("value"))
                .containsExactly(Path.of("/a"), Path.of("/b"));
        assertThat(refusal(setting(SettingKind.PATH).asList(), "/a", "b")).contains("'b'");
    }

    @Test
    void an_unknown_setting_is_refused_with_the_known_ones() {
        PluginException thrown = catchThrowableOfType(
                PluginException.class,
                () -> Settings.of(SettingsSchema.of(setting(SettingKind.STRING)), Map.of("valeu", List.of("x"))));

        assertThat(thrown).hasMessageContaining("'valeu'").hasMessageContaining("known are value");
    }

    @Test
    void a_secret_is_shown_neither_when_it_is_refused_nor_by_printing() throws PluginException {
        Setting secret = setting(SettingKind.INTEGER).asSecret();

        assertThat(refusal(secret, "hunter2")).doesNotContain("hunter2").contains("the given secret");
        assertThat(of(setting(SettingKind.STRING).asSecret(), "hunter2").toString())
                .isEqualTo("Settings[value]");
    }

    @Test
    void long_and_unprintable_values_are_cut_and_masked_in_messages() {
        assertThat(refusal(setting(SettingKind.BOOLEAN), "x".repeat(500))).hasSizeLessThan(250);
        assertThat(refusal(setting(SettingKind.BOOLEAN), "\u001b[31m")).doesNotContain("\u001b");
        assertThat(refusal(setting(SettingKind.TEXT), "x".repeat(65_537))).contains("longer than 65536");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "512B, 512",
        "1 KiB, 1024",
        "1.5KiB, 1536",
        "2 MiB, 2097152",
        "3 GiB, 3221225472",
        "1 TiB, 1099511627776",
        "8388607 TiB, 9223370937343148032",
    })
    void sizes_have_binary_units(String text, long bytes) {
        assertThat(Settings.parseSize(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "1 kib", "1,5 GiB", "1 PiB", "0x10", "1.2345 KiB", "9999999999999999"})
    void what_is_no_size_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Settings.parseSize(text));
    }

    @Test
    void absent_values_are_absent() throws PluginException {
        Settings none = Settings.of(SettingsSchema.of(setting(SettingKind.BOOLEAN)), Map.of());

        assertThat(none.find("value")).isEmpty();
        assertThat(none.values("value")).isEmpty();
        assertThat(none.flag("value")).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> none.text("value"));
        assertThat(Settings.empty().values("anything")).isEmpty();
    }

    @Test
    void typed_values_are_converted() throws PluginException {
        assertThat(of(setting(SettingKind.DURATION), "PT1M").duration("value")).isEqualTo(Duration.ofMinutes(1));
        assertThat(of(setting(SettingKind.BOOLEAN), "true").flag("value")).isTrue();
    }
}
