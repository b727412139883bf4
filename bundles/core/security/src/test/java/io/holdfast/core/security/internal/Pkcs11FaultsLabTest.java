package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said when a token, its PIN or its key is not what it should be; and how the master key gets into one. */
@Lab(SoftHsmLab.NEEDED)
class Pkcs11FaultsLabTest {

    @TempDir
    Path directory;

    private final SoftHsmLab lab = new SoftHsmLab();
    private final Map<String, String> environment = new HashMap<>();
    private final Pkcs11KeyServiceType type = new Pkcs11KeyServiceType(environment::get);

    Pkcs11FaultsLabTest() throws IOException {}

    private KeyService open(Map<String, List<String>> settings) throws PluginException {
        return type.open(Settings.of(type.schema(), settings), new SoftHsmLab.Context(Clock.systemUTC(), directory));
    }

    private void refused(ErrorKind kind, String words, Map<String, List<String>> settings) {
        assertThatThrownBy(() -> open(settings).close())
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(words)
                .hasMessageNotContaining(lab.pin());
    }

    private Map<String, List<String>> with(String name, String value) {
        Map<String, List<String>> settings = lab.settings("holdfast", "master");
        settings.put(name, List.of(value));
        return settings;
    }

    private Path pinFile(String pin) throws IOException {
        Path file = directory.resolve("pin");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, pin);
    }

    @Test
    void a_missing_token_is_said_with_those_that_are_there() {
        refused(ErrorKind.UNAVAILABLE, "there is no token 'gone'", with("token", "gone"));
        refused(ErrorKind.UNAVAILABLE, "'holdfast' in slot", with("token", "gone"));
        refused(ErrorKind.UNAVAILABLE, "in slot 7", with("slot", "7"));
    }

    @Test
    void two_tokens_of_one_name_are_told_apart_by_the_slot() throws Exception {
        refused(ErrorKind.INVALID_CONFIG, "give the 'slot' of one", with("token", "twin"));
        List<Pkcs11Module.Token> twins = Pkcs11Module.load(Path.of(lab.module())).tokens().stream()
                .filter(token -> token.label().equals("twin"))
                .toList();
        assertThat(twins).hasSize(2);
        Map<String, List<String>> one = with("token", "twin");
        one.put("slot", List.of(Long.toString(twins.get(1).slot())));
        refused(ErrorKind.NOT_FOUND, "there is no key 'master' on the token 'twin'", one);
    }

    @Test
    void a_missing_key_is_said_with_how_to_make_one() {
        refused(ErrorKind.NOT_FOUND, "there is no key 'gone' on the token 'holdfast'", with("key", "gone"));
        refused(ErrorKind.NOT_FOUND, "--keygen --key-type AES:32", with("token", "empty"));
    }

    @Test
    void a_key_of_another_kind_is_refused() {
        refused(ErrorKind.INVALID_CONFIG, "not AES", with("key", "mac"));
    }

    @Test
    void an_absent_or_foreign_module_is_said() throws Exception {
        refused(ErrorKind.NOT_FOUND, "there is no PKCS#11 module /no/such.so", with("module", "/no/such.so"));
        Path text = Files.writeString(directory.resolve("module.so"), "no library");
        refused(ErrorKind.UNSUPPORTED, "cannot be loaded as a PKCS#11 module", with("module", text.toString()));
        Path other = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
        if (Files.exists(other)) {
            refused(ErrorKind.UNSUPPORTED, "cannot be loaded as a PKCS#11 module", with("module", other.toString()));
        }
    }

    @Test
    void the_pin_comes_from_a_file_a_variable_or_a_credential() throws Exception {
        Map<String, List<String>> settings = with("pinVariable", "PIN");
        refused(ErrorKind.INVALID_CONFIG, "one of 'pinFile', 'pinVariable', 'pinCredential'", settings);
        settings.remove("pinFile");
        refused(ErrorKind.NOT_FOUND, "PIN is not set", settings);
        environment.put("PIN", lab.pin() + "\n");
        open(settings).close();
        settings.remove("pinVariable");
        settings.put("pinCredential", List.of("pin"));
        environment.put("CREDENTIALS_DIRECTORY", lab.pinFile().getParent().toString());
        open(settings).close();
    }

    @Test
    void a_file_with_the_pin_that_others_can_read_is_refused() throws Exception {
        Path file = pinFile(lab.pin());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refused(ErrorKind.INVALID_CONFIG, "chmod 600", with("pinFile", file.toString()));
    }

    @Test
    void a_refused_pin_is_not_shown_to_the_token_again_until_somebody_does_something() throws Exception {
        Map<String, List<String>> settings =
                with("pinFile", pinFile("9999-9999").toString());
        refused(ErrorKind.AUTHENTICATION, "refuses the PIN", settings);

        refused(ErrorKind.AUTHENTICATION, "has refused this PIN before", settings);
        pinFile("8888-8888");
        refused(ErrorKind.AUTHENTICATION, "refuses the PIN", settings);
        Files.delete(directory.resolve(RefusedPin.FILE));
        refused(ErrorKind.AUTHENTICATION, "refuses the PIN", settings);
        pinFile(lab.pin());
        open(settings).close();
    }

    @Test
    void the_right_pin_works_after_a_wrong_one_and_wipes_the_note() throws Exception {
        Map<String, List<String>> settings =
                with("pinFile", pinFile("1234-1234").toString());
        refused(ErrorKind.AUTHENTICATION, "refuses the PIN", settings);
        pinFile(lab.pin());
        open(settings).close();
        assertThat(directory.resolve(RefusedPin.FILE)).doesNotExist();
    }

    @Test
    void the_master_key_moves_into_the_token_and_back() throws Exception {
        Map<String, String> configured = Map.of(
                "keys.pkcs11.module",
                lab.module(),
                "keys.pkcs11.token",
                "holdfast",
                "keys.pkcs11.key",
                "master",
                "keys.pkcs11.pinFile",
                lab.pinFile().toString());
        OpenCatalog open = OpenCatalog.sqlite(directory);
        try {
            Path security = directory.resolve("security");
            MasterKeyring keyring = keyring(open, security, configured);
            byte[] key = keyring.open();
            keyring.move("pkcs11");
            keyring.forget("file");
            assertThat(security.resolve("master.key")).doesNotExist();
            assertThat(keyring(open, security, configured).open()).isEqualTo(key);
            keyring.move("file");
            keyring.forget("pkcs11");
            assertThat(Files.readAllBytes(security.resolve("master.key"))).isEqualTo(key);
        } finally {
            open.close();
        }
    }

    private MasterKeyring keyring(OpenCatalog open, Path security, Map<String, String> configured) throws IOException {
        return new MasterKeyring(
                new PrivateFiles(security),
                open.catalog(),
                KeyWays.of(configured),
                Map.of(type.id(), type),
                new SecureRandom());
    }
}
