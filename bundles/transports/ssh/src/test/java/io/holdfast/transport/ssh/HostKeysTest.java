package io.holdfast.transport.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.PluginException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeysTest {

    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC1avV/xp+2C446UMpa5kHmy5xvOzoq4pMARt7uZWxvt";

    private final SshEndpoint standard = new SshEndpoint("Host.example", 22, "root");
    private final SshEndpoint other = new SshEndpoint("host.example", 2222, "root");

    @Test
    void a_public_key_is_for_whatever_host_it_is_used_with() throws Exception {
        HostKeys keys = HostKeys.parse("# comment\n\n" + KEY + " root@host\n");

        assertThat(keys.of(standard)).extracting(HostKey::line).containsExactly(KEY);
        assertThat(keys.of(other)).hasSize(1);
    }

    @Test
    void a_line_of_known_hosts_is_for_its_host_and_port() throws Exception {
        assertThat(HostKeys.parse("host.example,10.0.0.1 " + KEY).of(standard)).hasSize(1);
        assertThat(HostKeys.parse("host.example " + KEY).of(other)).isEmpty();
        assertThat(HostKeys.parse("[host.example]:2222 " + KEY).of(other)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"|1|abc= ", "*.example ", "@revoked host ", "!host "})
    void what_would_be_misunderstood_is_refused(String hosts) {
        assertThatThrownBy(() -> HostKeys.parse(hosts + KEY)).isInstanceOf(PluginException.class);
    }

    @Test
    void a_key_of_another_type_than_its_line_says_is_refused() {
        assertThatThrownBy(() -> HostKeys.parse(KEY.replace("ssh-ed25519", "ssh-rsa")))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("not of the type");
    }

    @Test
    void a_command_is_quoted_argument_by_argument() {
        assertThat(ShellQuoting.quote(List.of("echo", "it's", ""))).isEqualTo("'echo' 'it'\\''s' ''");
        assertThatThrownBy(() -> ShellQuoting.quote(List.of("echo", "\0")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ShellQuoting.quote(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
