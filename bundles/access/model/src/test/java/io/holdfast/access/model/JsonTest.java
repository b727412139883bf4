package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private final Json json = new Json();

    private <T> T read(String text, Class<T> type) throws IOException {
        return type.cast(json.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), type));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "{",
                "{\"destinationId\":\"d\",\"colour\":1}",
                "{\"destinationId\":\"d\",\"destinationId\":\"e\"}",
                "{\"mode\":\"AUTO\"}",
                "{\"destinationId\":null}",
                "{\"destinationId\":7}",
                "{\"destinationId\":\"d\",\"mode\":\"auto\"}",
                "{\"destinationId\":\"d\",\"mode\":0}",
                "{\"destinationId\":\"d\",\"priority\":\"5\"}",
                "{\"destinationId\":\"d\",\"priority\":5.5}",
                "{\"destinationId\":\"d\",\"priority\":99999999999}",
                "{\"destinationId\":\"d\"} {}",
                "{'destinationId':'d'}",
                "{\"destinationId\":\"d\",}",
                "{\"@class\":\"java.util.ArrayList\",\"destinationId\":\"d\"}",
            })
    void whatIsNotABackupRequestIsRefused(String text) {
        assertThatThrownBy(() -> read(text, BackupInput.class)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() -> read("{}", PruneInput.class)).hasMessageContaining("field 'rule' is missing");
    }

    @Test
    void settingsAreTextsListsOrSecretsThatStay() throws Exception {
        ProviderInput input = read("""
                {"type":"t","name":"n","settings":{"a":"x","b":["y","z"],"c":{"set":true},"d":{"set":false},"e":5,"f":true}}
                """, ProviderInput.class);
        assertThat(SettingValue.given(input.settings()))
                .isEqualTo(Map.of(
                        "a", List.of("x"),
                        "b", List.of("y", "z"),
                        "d", List.of(),
                        "e", List.of("5"),
                        "f", List.of("true")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"set\":\"yes\"}", "{\"a\":1}", "[[\"x\"]]", "null", "[null]", "{\"set\":true,\"x\":1}"})
    void otherShapesOfSettingsAreRefused(String value) {
        assertThatThrownBy(() ->
                        read("{\"type\":\"t\",\"name\":\"n\",\"settings\":{\"a\":" + value + "}}", ProviderInput.class))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void endlessNestingIsRefused() {
        String deep = "{\"settings\":{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}}";
        assertThatThrownBy(() -> read(deep, ProviderInput.class)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void secretsAreNeverPartOfAToString() throws Exception {
        String text = read(
                        "{\"type\":\"t\",\"name\":\"n\",\"settings\":{\"password\":\"hunter2\"}}", ProviderInput.class)
                + read("{\"password\":\"hunter2\"}", PasswordInput.class).toString()
                + read("{\"passphrase\":\"hunter2\",\"recoveryKey\":\"hunter2\"}", AttachInput.class)
                + new RecoveryKeyDto("hunter2");
        assertThat(text).doesNotContain("hunter2");
    }

    @Test
    void controlCharactersInNamesAreEscaped() {
        assertThat(json.text(new CheckDto("a\u0007\n\u001b[2J", HealthDto.Status.READY, "")))
                .contains("a\\u0007\\n\\u001B[2J");
    }

    @Test
    void whatIsAbsentIsLeftOut() {
        assertThat(json.text(new AttachInput(null, null, null, null, null))).isEqualTo("{}");
    }
}
