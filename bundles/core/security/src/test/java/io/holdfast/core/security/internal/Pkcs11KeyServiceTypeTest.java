package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a PKCS#11 configuration before a token is reached; no token is needed for that. */
class Pkcs11KeyServiceTypeTest {

    @TempDir
    Path directory;

    private final Pkcs11KeyServiceType type = new Pkcs11KeyServiceType(name -> name.equals("PIN") ? "1234" : null);

    private record Context(Clock clock, Path stateDirectory) implements KeyServiceContext {}

    private void refused(ErrorKind kind, String words, Map<String, String> more) {
        Map<String, List<String>> settings =
                new HashMap<>(Map.of("key", List.of("k"), "module", List.of("/no/such.so")));
        more.forEach((name, value) -> settings.put(name, List.of(value)));
        assertThatThrownBy(() ->
                        type.open(Settings.of(type.schema(), settings), new Context(Clock.systemUTC(), directory)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(words)
                .hasMessageNotContaining("1234");
    }

    @Test
    void settings_that_say_too_little_or_too_much_are_refused() {
        refused(ErrorKind.INVALID_CONFIG, "its label, 'token', or its 'slot'", Map.of("pinVariable", "PIN"));
        refused(ErrorKind.INVALID_CONFIG, "one of 'pinFile'", Map.of("token", "t"));
        refused(
                ErrorKind.INVALID_CONFIG,
                "one of 'pinFile'",
                Map.of("token", "t", "pinVariable", "PIN", "pinCredential", "pin"));
    }

    @Test
    void a_module_that_is_absent_or_no_library_is_said() throws Exception {
        refused(ErrorKind.NOT_FOUND, "no PKCS#11 module", Map.of("token", "t", "pinVariable", "PIN"));
        Path text = Files.writeString(directory.resolve("module.so"), "no library");
        refused(
                ErrorKind.UNSUPPORTED,
                "cannot be loaded as a PKCS#11 module",
                Map.of("token", "t", "pinVariable", "PIN", "module", text.toString()));
    }

    @Test
    void a_file_with_the_pin_must_be_there_closed_to_others_and_not_empty() throws Exception {
        Path file = directory.resolve("pin");
        Map<String, String> settings = Map.of("token", "t", "pinFile", file.toString());
        refused(ErrorKind.NOT_FOUND, "there is no file", settings);
        Files.writeString(file, "1234");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refused(ErrorKind.INVALID_CONFIG, "chmod 600", settings);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, " \n");
        refused(ErrorKind.INVALID_CONFIG, "empty PIN", settings);
        Files.writeString(file, "1".repeat(9000));
        refused(ErrorKind.INVALID_CONFIG, "too large", settings);
    }

    @Test
    void a_pin_that_was_refused_is_known_again_by_another_process() throws Exception {
        new RefusedPin(directory, "t").remember("1234");
        assertThatThrownBy(() -> new RefusedPin(directory, "t").check("1234"))
                .hasMessageContaining("refused this PIN before");
        new RefusedPin(directory, "t").check("12345");
        new RefusedPin(directory, "u").check("1234");
        assertThat(Files.readString(directory.resolve(RefusedPin.FILE))).startsWith("pbkdf2-sha256$");
        new RefusedPin(directory, "t").forget();
        new RefusedPin(directory, "t").check("1234");
    }
}
