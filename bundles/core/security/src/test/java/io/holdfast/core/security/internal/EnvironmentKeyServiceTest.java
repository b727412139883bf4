package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.contract.KeyServiceContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that whoever starts the appliance gives to it. */
class EnvironmentKeyServiceTest extends KeyServiceContract {

    private static final String BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path credentials;

    private final Map<String, String> environment = new HashMap<>(Map.of(
            "KEY", BASE64 + "\n", "OTHER", "f".repeat(64), "SHORT", "AAEC", "LONG", BASE64 + BASE64, "BAD", "geheim!"));

    @Override
    protected KeyServiceType type() {
        return new EnvironmentKeyServiceType(environment::get);
    }

    @Override
    protected Map<String, List<String>> settings() {
        return Map.of("variable", List.of("KEY"));
    }

    @Override
    protected Map<String, List<String>> settingsOfAnotherKey() {
        return Map.of("variable", List.of("OTHER"));
    }

    private record Context(Clock clock, Path stateDirectory) implements KeyServiceContext {}

    private byte[] wrapped(Map<String, List<String>> settings) throws PluginException {
        try (var service = type().open(Settings.of(type().schema(), settings), context())) {
            return service.wrap(new byte[] {1}, "c");
        }
    }

    private KeyServiceContext context() {
        return new Context(Clock.systemUTC(), credentials);
    }

    private void refused(ErrorKind kind, String words, Map<String, List<String>> settings) {
        assertThatThrownBy(() -> wrapped(settings))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(words)
                .hasMessageNotContaining("geheim");
    }

    @Test
    void a_credential_may_hold_the_bytes_or_their_digits() throws Exception {
        environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
        byte[] raw = HexFormat.of().parseHex("00".repeat(31) + "0a");
        Files.write(credentials.resolve("raw"), raw);
        Files.writeString(credentials.resolve("hex"), "00".repeat(31) + "0a\n");

        byte[] wrapped = wrapped(Map.of("credential", List.of("raw")));

        try (var service = type().open(Settings.of(type().schema(), Map.of("credential", List.of("hex"))), context())) {
            assertThat(service.unwrap(wrapped, "c")).containsExactly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHORT", "LONG", "BAD"})
    void what_is_no_key_is_refused_without_being_shown(String variable) {
        refused(ErrorKind.INVALID_CONFIG, "openssl rand -base64 32", Map.of("variable", List.of(variable)));
    }

    @Test
    void what_is_missing_is_said_with_what_to_do() {
        refused(ErrorKind.NOT_FOUND, "NONE is not set", Map.of("variable", List.of("NONE")));
        refused(ErrorKind.NOT_FOUND, "LoadCredential=key:", Map.of("credential", List.of("key")));
        environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
        refused(ErrorKind.NOT_FOUND, "there is no file", Map.of("credential", List.of("key")));
        refused(ErrorKind.INVALID_CONFIG, "no name of a credential", Map.of("credential", List.of("../key")));
        refused(ErrorKind.INVALID_CONFIG, "either", Map.of());
    }
}
