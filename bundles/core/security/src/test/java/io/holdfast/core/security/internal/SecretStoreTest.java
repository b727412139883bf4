package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets at rest. */
class SecretStoreTest {

    @TempDir
    Path directory;

    private OpenCatalog open;
    private Path security;

    @BeforeEach
    void open() {
        open = OpenCatalog.sqlite(directory);
        security = directory.resolve("security");
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void what_is_sealed_comes_back_and_never_looks_the_same_twice() throws Exception {
        SecretStore store = store();
        String sealed = store.seal("geheim ü🐘", "provider/1/password");
        assertThat(sealed).doesNotContain("geheim").isASCII();
        assertThat(store.isSealed(sealed)).isTrue();
        assertThat(store.seal("geheim ü🐘", "provider/1/password")).isNotEqualTo(sealed);
        assertThat(store.unseal(sealed, "provider/1/password")).isEqualTo("geheim ü🐘");
        byte[] bytes = {0, -1, 2};
        assertThat(store.unsealBytes(store.seal(bytes, "c"), "c")).isEqualTo(bytes);
        assertThat(store.unseal(store.seal("", "c"), "c")).isEmpty();
    }

    @Test
    void a_restart_unseals_what_was_sealed_before() throws Exception {
        String sealed = store().seal("x", "c");
        assertThat(store().unseal(sealed, "c")).isEqualTo("x");
    }

    @Test
    void a_value_moved_to_another_place_does_not_open() throws Exception {
        String sealed = store().seal("geheim", "provider/1/password");
        assertBroken(sealed, "provider/2/password");
    }

    @Test
    void a_changed_value_does_not_open() throws Exception {
        String sealed = store().seal("geheim", "c");
        for (int i = "sealed1:".length(); i < sealed.length() - 1; i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            assertBroken(sealed.substring(0, i) + other + sealed.substring(i + 1), "c");
        }
        assertBroken(sealed.substring(0, sealed.length() - 4), "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "geheim", "sealed1:", "sealed1:AAAA", "sealed1:!!!", "sealed2:AAAA"})
    void what_is_not_sealed_does_not_open(String value) throws Exception {
        assertBroken(value, "c");
    }

    @Test
    void a_secret_that_is_too_large_is_refused() throws Exception {
        SecretStore store = store();
        assertThatThrownBy(() -> store.seal(new byte[SecretStore.MAX_LENGTH + 1], "c"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void only_the_owner_can_read_the_key() throws Exception {
        store();
        assertThat(mode(security)).isEqualTo("rwx------");
        assertThat(mode(security.resolve("master.key"))).isEqualTo("rw-------");
        assertThat(Files.size(security.resolve("master.key"))).isEqualTo(32);
    }

    @Test
    void a_directory_that_is_open_to_others_is_closed() throws Exception {
        Files.createDirectories(security);
        Files.setPosixFilePermissions(security, PosixFilePermissions.fromString("rwxr-xr-x"));
        store();
        assertThat(mode(security)).isEqualTo("rwx------");
    }

    @Test
    void a_lost_key_is_said_and_none_is_made_in_its_place() throws Exception {
        store();
        Files.delete(security.resolve("master.key"));
        assertThatThrownBy(this::store)
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("master.key")
                .hasMessageContaining("restore the file from a copy");
        assertThat(security.resolve("master.key")).doesNotExist();
    }

    @Test
    void a_foreign_or_damaged_key_is_said() throws Exception {
        store();
        Files.write(security.resolve("master.key"), new byte[32]);
        assertThatThrownBy(this::store).hasMessageContaining("not the one that sealed");
        Files.write(security.resolve("master.key"), new byte[31]);
        assertThatThrownBy(this::store).hasMessageContaining("31 bytes instead of 32");
    }

    private void assertBroken(String sealed, String context) throws Exception {
        SecretStore store = store();
        assertThatThrownBy(() -> store.unseal(sealed, context))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA))
                .hasMessageContaining(context)
                .hasMessageNotContaining("geheim");
    }

    private SecretStore store() throws Exception {
        SecureRandom random = new SecureRandom();
        MasterKeyring keyring =
                new MasterKeyring(new PrivateFiles(security), open.catalog(), KeyWays.of(Map.of()), Map.of(), random);
        return new SealedSecrets(new SecretKeySpec(keyring.open(), "AES"), random);
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
