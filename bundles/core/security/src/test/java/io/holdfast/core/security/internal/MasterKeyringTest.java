package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.security.KeyWay;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyServiceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The master key is moved from one way of keeping it to another. */
class MasterKeyringTest {

    private static final Map<String, String> CONFIGURED = Map.of(
            "keys.given.type", "environment",
            "keys.given.variable", "KEY",
            "keys.environment.variable", "OTHER",
            "keys.hsm.type", "acme",
            "directory", "ignored");

    @TempDir
    Path directory;

    private final Map<String, String> environment =
            new HashMap<>(Map.of("KEY", "1".repeat(64), "OTHER", "2".repeat(64)));
    private final Map<String, KeyServiceType> types =
            new HashMap<>(Map.of("environment", new EnvironmentKeyServiceType(environment::get)));
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

    private MasterKeyring keyring() throws IOException {
        return keyring(new PrivateFiles(security));
    }

    private MasterKeyring keyring(PrivateFiles files) {
        return new MasterKeyring(files, open.catalog(), KeyWays.of(CONFIGURED), types, new SecureRandom());
    }

    private static void refused(ErrorKind kind, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(words);
    }

    @Test
    void the_key_is_the_same_after_a_move_and_a_restart() throws Exception {
        MasterKeyring before = keyring();
        byte[] key = before.open();
        before.move("given");
        assertThat(before.open()).isEqualTo(key);

        MasterKeyring after = keyring();

        assertThat(after.inUse()).isEqualTo("given");
        assertThat(after.open()).isEqualTo(key);
        assertThat(Files.readAllBytes(security.resolve("master.key")))
                .as("the old way stays until it is asked to go")
                .isEqualTo(key);
    }

    @Test
    void the_old_way_is_forgotten_when_asked_and_the_new_one_is_enough() throws Exception {
        MasterKeyring keyring = keyring();
        byte[] key = keyring.open();
        keyring.move("given");
        keyring.forget("file");

        assertThat(security.resolve("master.key")).doesNotExist();
        assertThat(keyring().open()).isEqualTo(key);
        keyring.forget("file");
    }

    @Test
    void what_is_in_use_is_not_forgotten() throws Exception {
        MasterKeyring keyring = keyring();
        keyring.open();
        refused(ErrorKind.CONFLICT, "is in use", () -> keyring.forget("file"));
        keyring.move("given");
        refused(ErrorKind.CONFLICT, "is in use", () -> keyring.forget("given"));
    }

    @Test
    void the_old_way_is_not_forgotten_while_the_new_one_does_not_work() throws Exception {
        MasterKeyring keyring = keyring();
        keyring.open();
        keyring.move("given");
        environment.remove("KEY");
        refused(ErrorKind.NOT_FOUND, "KEY is not set", () -> keyring.forget("file"));
        environment.put("KEY", "3".repeat(64));
        refused(ErrorKind.CORRUPT_DATA, "another key", () -> keyring.forget("file"));
        assertThat(security.resolve("master.key")).exists();
    }

    @Test
    void an_appliance_whose_key_service_is_lost_goes_back_to_the_file_that_is_still_there() throws Exception {
        MasterKeyring before = keyring();
        byte[] key = before.open();
        before.move("given");
        environment.remove("KEY");

        MasterKeyring after = keyring();
        refused(ErrorKind.NOT_FOUND, "KEY is not set", after::open);
        refused(ErrorKind.NOT_FOUND, "wrapped-environment.key is missing", () -> after.move("environment"));
        after.move("file");

        assertThat(after.open()).isEqualTo(key);
        assertThat(keyring().inUse()).isEqualTo("file");
    }

    @Test
    void without_the_old_file_a_lost_key_service_makes_no_new_key() throws Exception {
        MasterKeyring before = keyring();
        before.open();
        before.move("given");
        before.forget("file");
        environment.remove("KEY");

        refused(ErrorKind.NOT_FOUND, "KEY is not set", keyring()::open);
        refused(ErrorKind.NOT_FOUND, "master.key is missing", () -> keyring().move("file"));
        assertThat(security.resolve("master.key")).doesNotExist();
    }

    @Test
    void a_move_goes_from_one_service_to_another_and_back_to_the_file() throws Exception {
        MasterKeyring keyring = keyring();
        byte[] key = keyring.open();
        keyring.move("given");
        keyring.forget("file");
        keyring.move("environment");
        keyring.forget("given");
        assertThat(keyring().open()).isEqualTo(key);
        keyring.move("file");
        keyring.forget("environment");
        assertThat(keyring().open()).isEqualTo(key);
        assertThat(keyring().list())
                .containsExactly(
                        new KeyWay("environment", "environment", false, false, true),
                        new KeyWay("file", "file", true, true, true),
                        new KeyWay("given", "environment", false, false, true),
                        new KeyWay("hsm", "acme", false, false, false));
    }

    @Test
    void a_move_that_cannot_be_done_changes_nothing() throws Exception {
        MasterKeyring keyring = keyring();
        byte[] key = keyring.open();
        refused(ErrorKind.NOT_FOUND, "only [file, environment, given, hsm]", () -> keyring.move("nothing"));
        refused(ErrorKind.UNSUPPORTED, "'acme', which is not installed", () -> keyring.move("hsm"));
        environment.remove("KEY");
        refused(ErrorKind.NOT_FOUND, "KEY is not set", () -> keyring.move("given"));
        refused(ErrorKind.NOT_FOUND, "KEY is not set", () -> keyring.test("given"));
        assertThat(keyring().inUse()).isEqualTo("file");
        assertThat(keyring().open()).isEqualTo(key);
    }

    @Test
    void a_service_that_gives_another_key_back_is_not_moved_to() throws Exception {
        MasterKeyring keyring = keyring();
        keyring.open();
        types.put("acme", new LyingKeyServiceType());
        refused(ErrorKind.CORRUPT_DATA, "is not the one that sealed", () -> keyring.move("hsm"));
        refused(ErrorKind.CORRUPT_DATA, "another key came back", () -> keyring.test("hsm"));
        assertThat(keyring().inUse()).isEqualTo("file");
    }

    @Test
    void a_test_says_whether_a_way_works_and_whether_what_it_keeps_is_right() throws Exception {
        MasterKeyring keyring = keyring();
        keyring.open();
        keyring.test("file");
        keyring.test("given");
        keyring.move("given");
        keyring.test("given");
        Files.write(security.resolve("wrapped-given.key"), new byte[100]);
        refused(ErrorKind.CORRUPT_DATA, "another key or was changed", () -> keyring.test("given"));
    }

    @Test
    void a_name_that_could_leave_the_directory_is_refused() throws Exception {
        MasterKeyring keyring = keyring();
        keyring.open();
        refused(ErrorKind.NOT_FOUND, "no way", () -> keyring.forget("../x"));
        refused(ErrorKind.NOT_FOUND, "no way", () -> keyring.move("../x"));
        Files.writeString(security.resolve("master-key-way"), "../x");
        refused(ErrorKind.CORRUPT_DATA, "does not name a way", keyring()::open);
    }

    @Test
    void a_crash_at_any_step_of_a_move_leaves_a_way_that_works() throws Exception {
        byte[] key = keyring().open();
        int steps = 0;
        for (int step = 0; ; step++) {
            for (CrashingFiles.Moment moment : CrashingFiles.Moment.values()) {
                environment.put("KEY", "1".repeat(64));
                CrashingFiles files = new CrashingFiles(security, step, moment);
                boolean crashed = !withoutCrash(files);
                MasterKeyring after = keyring();
                assertThat(after.open())
                        .as("after a crash %s step %s", moment, step)
                        .isEqualTo(key);
                after.test(after.inUse());
                after.move("given");
                after.move("file");
                after.forget("given");
                steps = crashed ? step + 1 : steps;
            }
            if (steps <= step) {
                break;
            }
        }
        assertThat(steps).as("files that a whole move with its end changes").isEqualTo(3);
    }

    /** A move and the removal of the old way; false if it crashed. */
    private boolean withoutCrash(CrashingFiles files) throws PluginException {
        MasterKeyring keyring = keyring(files);
        keyring.open();
        try {
            keyring.move("given");
            keyring.forget("file");
            return true;
        } catch (CrashingFiles.Crash e) {
            return false;
        }
    }
}
