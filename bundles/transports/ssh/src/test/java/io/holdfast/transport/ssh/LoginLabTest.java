package io.holdfast.transport.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.TestCancellation;
import io.holdfast.testkit.lab.Lab;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Lab("an SSH server: HOLDFAST_LAB_SSHD=$(itests/lab/sshd.sh start)")
class LoginLabTest {

    private SshdLab lab;

    @BeforeEach
    void find() throws Exception {
        lab = new SshdLab();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id_ed25519", "id_ecdsa", "id_rsa"})
    void a_key_that_may_logs_in(String name) throws Exception {
        try (SshConnection connection = login(lab.key(name), lab.hostKeys())) {
            assertThat(echo(connection)).isEqualTo("here");
        }
    }

    @Test
    void an_encrypted_key_logs_in_with_its_passphrase_and_with_no_other() throws Exception {
        try (SshConnection connection = login(lab.encryptedKey("laboratory"), lab.hostKeys())) {
            assertThat(echo(connection)).isEqualTo("here");
        }
        assertFails(ErrorKind.INVALID_CONFIG, () -> login(lab.encryptedKey("wrong one"), lab.hostKeys()))
                .hasMessageContaining("passphrase does not open it")
                .hasMessageNotContaining("wrong one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"passwordPort", "dialoguePort"})
    void a_password_logs_in_and_another_does_not(String port) throws Exception {
        SshCredentials right = SshCredentials.password(lab.password().toCharArray());
        try (SshConnection connection = SshConnection.open(lab.endpoint(port), right, lab.hostKeys(), lab.options())) {
            assertThat(echo(connection)).isEqualTo("here");
        }
        SshCredentials wrong = SshCredentials.password("no-such-password".toCharArray());
        assertFails(
                        ErrorKind.AUTHENTICATION,
                        () -> SshConnection.open(lab.endpoint(port), wrong, lab.hostKeys(), lab.options()))
                .hasMessageContaining("does not accept the login")
                .hasMessageNotContaining("no-such-password");
    }

    @Test
    void a_key_that_may_not_is_refused() {
        assertFails(ErrorKind.AUTHENTICATION, () -> login(lab.key("id_stranger"), lab.hostKeys()))
                .hasMessageContaining("does not accept the login");
    }

    @Test
    void what_is_no_key_is_named_without_being_shown() {
        assertFails(
                        ErrorKind.INVALID_CONFIG,
                        () -> login(SshCredentials.privateKey("no key at all", null), lab.hostKeys()))
                .hasMessageNotContaining("no key at all");
    }

    @Test
    void a_host_whose_key_nobody_confirmed_is_refused_and_its_fingerprint_shown() throws Exception {
        String fingerprint = fingerprint(lab.hostKeyLine());

        assertFails(ErrorKind.AUTHENTICATION, () -> login(lab.key("id_ed25519"), HostKeys.none()))
                .hasMessageContaining("not confirmed")
                .hasMessageContaining(fingerprint);
        assertThat(SshConnection.hostKey(lab.endpoint(), lab.options()).line()).isEqualTo(lab.hostKeyLine());
    }

    @Test
    void a_host_with_another_key_than_confirmed_is_refused_and_both_fingerprints_shown() throws Exception {
        String another = lab.publicKey("id_stranger");

        assertFails(ErrorKind.AUTHENTICATION, () -> login(lab.key("id_ed25519"), HostKeys.parse(another)))
                .hasMessageContaining("HAS CHANGED")
                .hasMessageContaining(fingerprint(another))
                .hasMessageContaining(fingerprint(lab.hostKeyLine()));
    }

    @Test
    void a_host_without_a_key_of_the_confirmed_type_is_refused() throws Exception {
        HostKeys another = HostKeys.parse(lab.publicKey("id_rsa"));

        assertFails(ErrorKind.AUTHENTICATION, () -> login(lab.key("id_ed25519"), another))
                .hasMessageContaining("HAS CHANGED");
    }

    @Test
    void a_host_is_reached_through_another() throws Exception {
        try (SshConnection connection = lab.openThroughItself()) {
            assertThat(echo(connection)).isEqualTo("here");
        }
    }

    private SshConnection login(SshCredentials credentials, HostKeys hostKeys) throws PluginException {
        return SshConnection.open(lab.endpoint(), credentials, hostKeys, lab.options());
    }

    private static String echo(SshConnection connection) throws PluginException {
        return connection
                .exec(List.of("printf", "here"), ExecOptions.standard(), new TestCancellation())
                .outputText();
    }

    private static String fingerprint(String line) {
        String[] words = line.split("\\s+");
        return new HostKey(words[0], words[1]).fingerprint();
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(
            ErrorKind kind, ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }
}
