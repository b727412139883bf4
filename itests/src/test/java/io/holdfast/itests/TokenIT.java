package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Ssh;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The master key moves into a PKCS#11 token, inside of the container. */
@Lab("SoftHSM2 and OpenSC: HOLDFAST_LAB_SOFTHSM=$(itests/lab/softhsm.sh start)")
class TokenIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.installed(TokenIT::withToken);

    private static Path lab() {
        String given = System.getenv("HOLDFAST_LAB_SOFTHSM");
        assertThat(given)
                .as("HOLDFAST_LAB_SOFTHSM, as itests/lab/softhsm.sh start prints it")
                .isNotNull();
        return Path.of(given);
    }

    private static String lab(String name) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(lab().resolve("lab.properties"))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return properties.getProperty(name);
    }

    private static Appliance withToken(Path directory) {
        return Appliance.unpackedIn(directory)
                .withVariable("SOFTHSM2_CONF", lab().resolve("softhsm2.conf").toString())
                .configure(
                        "io.holdfast.core.security",
                        Map.of(
                                "keys.hsm.type", "pkcs11",
                                "keys.hsm.module", lab("module"),
                                "keys.hsm.token", "holdfast",
                                "keys.hsm.key", "master",
                                "keys.hsm.pinFile", pinFile(directory).toString()));
    }

    private static Path pinFile(Path directory) {
        return directory.resolve("pin");
    }

    private static void writePin(String pin) throws IOException {
        Path file = pinFile(APPLIANCE.scratch().path("appliance"));
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, pin);
    }

    @Test
    void what_was_sealed_before_is_there_after_the_move_and_only_with_the_token() throws Exception {
        Operator operator = APPLIANCE.operator();
        Path tree = APPLIANCE.scratch().path("tree");
        SampleTree.odd(tree);
        TreeImage image = TreeImage.of(tree);
        String destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        BackupView backup = operator.backUp(operator.directory(tree), destination);

        writePin(lab("pin"));
        Ssh shell = APPLIANCE.get().shell();
        shell.run("holdfast:master-key-test hsm").succeeded();
        shell.run("holdfast:master-key-move hsm").succeeded();
        shell.run("holdfast:master-key-forget file").succeeded();
        assertThat(APPLIANCE.get().data().resolve("security/master.key")).doesNotExist();

        APPLIANCE.get().kill();
        writePin("0000-0000");
        APPLIANCE.get().launch();
        assertThat(APPLIANCE.get().awaitHealth(Set.of("FAILED")).path("checks").toString())
                .contains("refuses the PIN");
        Ssh without = APPLIANCE.get().shell();
        Ssh.ShellReply again = without.run("holdfast:master-key-move hsm");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("has refused this PIN before");

        writePin(lab("pin"));
        without.run("holdfast:master-key-move hsm").succeeded();
        APPLIANCE.get().awaitHealth(Set.of("READY"));
        Path target = APPLIANCE.scratch().directory("restored");
        APPLIANCE.operator().restore(backup.id(), target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();

        without.run("holdfast:master-key-move file").succeeded();
        without.run("holdfast:master-key-forget hsm").succeeded();
        APPLIANCE.get().stop();
        APPLIANCE.get().start();
        assertThat(APPLIANCE
                        .get()
                        .shell()
                        .run("holdfast:master-key")
                        .succeeded()
                        .out())
                .contains("The key is at hand");
    }
}
