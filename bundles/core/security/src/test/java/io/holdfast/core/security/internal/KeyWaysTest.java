package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The ways of keeping the master key, as they are written into the configuration. */
class KeyWaysTest {

    @Test
    void a_way_is_of_the_kind_that_it_names_or_is_called() {
        KeyWays ways = KeyWays.of(Map.of(
                "keys.pkcs11.token", "a", "keys.old-hsm.type", "pkcs11", "keys.empty.token", "  ", "directory", "/x"));
        assertThat(ways.names()).containsExactly("old-hsm", "pkcs11");
        assertThat(ways.type("pkcs11")).contains("pkcs11");
        assertThat(ways.type("old-hsm")).contains("pkcs11");
        assertThat(ways.type("empty")).isEmpty();
    }

    @Test
    void what_is_no_way_is_passed_over() {
        assertThat(KeyWays.of(Map.of(
                                "keys.file.type", "pkcs11", "keys.UP.token", "x", "keys.x", "y", "keys.../x.y", "z"))
                        .names())
                .isEmpty();
    }

    @Test
    void settings_are_checked_and_a_wrong_one_is_named_with_its_file() throws Exception {
        EnvironmentKeyServiceType type = new EnvironmentKeyServiceType(name -> null);
        KeyWays ways =
                KeyWays.of(Map.of("keys.environment.variable", " KEY ", "keys.b.type", "environment", "keys.b.x", "1"));
        assertThat(ways.settings("environment", type).text("variable")).isEqualTo("KEY");
        assertThatThrownBy(() -> ways.settings("b", type))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageContaining("keys.b.*")
                .hasMessageContaining("etc/io.holdfast.core.security.cfg");
    }
}
