package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that does not let us in or do what we ask, and machines with odd names. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class AccessFaultLabTest {

    @TempDir
    private Path directory;

    private FaultRig rig;

    @BeforeEach
    void given_a_lab() throws Exception {
        rig = new FaultRig(directory);
    }

    @AfterEach
    void clear() throws Exception {
        rig.close();
    }

    private static void assertFails(ErrorKind kind, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    private void thenNothingWorks(Strategy strategy, ErrorKind kind, String message) throws Exception {
        assertFails(kind, message, () -> strategy.test(rig.task()));
        assertFails(kind, message, () -> strategy.inventory(found -> {}, rig.task()));
        assertFails(kind, message, () -> rig.open(strategy));
        rig.nothingIsLeft();
    }

    private Strategy changed(String setting, String value) throws Exception {
        Map<String, List<String>> settings = new HashMap<>(rig.lab.sshProvider());
        settings.put(setting, List.of(value));
        return rig.type.connect(Settings.of(rig.type.schema(), settings), TestPluginContext.in(directory));
    }

    private String newKey(String name) throws Exception {
        KvmLab.must(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                directory.resolve(name).toString());
        return Files.readString(directory.resolve(name));
    }

    @Test
    void a_key_that_the_host_does_not_know() throws Exception {
        rig.machine(1).backUp(rig.local());
        try (Strategy strategy = changed("privateKey", newKey("stranger"))) {
            thenNothingWorks(strategy, ErrorKind.AUTHENTICATION, "does not accept the login");
        }
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void a_host_whose_key_has_changed() throws Exception {
        rig.machine(1).backUp(rig.local());
        newKey("other");
        String other = Files.readString(directory.resolve("other.pub"));
        try (Strategy strategy = changed("hostKey", other)) {
            thenNothingWorks(strategy, ErrorKind.AUTHENTICATION, "HAS CHANGED");
        }
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void a_host_whose_key_nobody_has_confirmed_is_shown_with_what_to_do() throws Exception {
        String shown = rig.lab.sshProvider().get("hostKey").get(0);

        assertFails(ErrorKind.INVALID_CONFIG, "set hostKey to: " + shown, () -> changed("hostKey", ""));
    }

    @Test
    void a_user_who_may_not_manage_machines() throws Exception {
        rig.machine(1).backUp(rig.local());
        // the socket is root's
        thenNothingWorks(rig.over(as(65_534, new LocalHost())), ErrorKind.PERMISSION, "group libvirt");
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    /** The host as another user would use it. */
    private static Host as(int user, Host host) {
        return (Host) Proxy.newProxyInstance(
                AccessFaultLabTest.class.getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("run")) {
                        List<String> argv = new ArrayList<>(
                                List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
                        ((List<?>) arguments[0]).forEach(word -> argv.add((String) word));
                        arguments[0] = argv;
                    }
                    try {
                        return method.invoke(host, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void a_machine_name_with_quotes_spaces_and_an_emoji_is_backed_up_and_restored() throws Exception {
        rig.machine(" it's \"a\" $(reboot); `x` \\ --help \ud83d\ude00 \u96ea " + System.nanoTime(), 1);
        rig.write(0, 0, 65_536, 17);
        rig.backUp(rig.ssh());
        String name = "-n \"2\" 'of' \ud83d\ude00 & <b> %s " + System.nanoTime();
        rig.restore(rig.ssh(), name);
        rig.restoredIsRight(name);

        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void a_machine_name_with_a_line_break_is_refused_as_libvirt_does() throws Exception {
        rig.machine(1).backUp(rig.local());
        List<Path> before = rig.lab.imageFiles();

        assertFails(ErrorKind.INVALID_CONFIG, "name", () -> rig.restore(rig.local(), "two\nlines"));

        assertThat(rig.lab.imageFiles()).isEqualTo(before);
        assertThat(rig.afterwards(rig.local())).isEmpty();
    }
}
