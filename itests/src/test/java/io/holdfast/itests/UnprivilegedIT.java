package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.Machine;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An appliance that runs as a user without privileges, as the service does. */
class UnprivilegedIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.installed(Appliance::unprivilegedIn);

    private static Operator operator;
    private static String destination;

    @BeforeAll
    static void given_a_destination() {
        operator = APPLIANCE.operator();
        destination = operator.destination(ours("vault"));
    }

    /** A directory that belongs to the user of the appliance. */
    private static Path ours(String name) {
        Path directory = APPLIANCE.scratch().directory(name);
        if (Machine.isRoot()) {
            Command.run("chown", Machine.NOBODY + ":" + Machine.NOBODY, directory.toString());
        }
        return directory;
    }

    private static void closeToOthers(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    }

    @Test
    void what_cannot_be_read_makes_the_backup_partial_and_is_listed() throws IOException {
        Path tree = APPLIANCE.scratch().directory("partly closed");
        Files.writeString(tree.resolve("open"), "for everybody");
        closeToOthers(Files.writeString(tree.resolve("closed"), "for nobody"));
        Path closedDirectory = Files.createDirectory(tree.resolve("closed directory"));
        closeToOthers(closedDirectory);

        Work work = operator.tryBackup(operator.directory(tree), destination).inState("FINISHED_WITH_WARNINGS");

        BackupView backup = operator.backup(work.backupId());
        assertThat(backup.status()).isEqualTo("PARTIAL");
        assertThat(backup.problems()).isEqualTo(2);
        List<JsonNode> problems = operator.rest().all("backups/" + backup.id() + "/problems");
        assertThat(problems)
                .extracting(p -> p.path("path").asText(), p -> p.path("kind").asText())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("closed", "PERMISSION"),
                        org.assertj.core.groups.Tuple.tuple("closed directory", "PERMISSION"));
        Path target = ours("restored partly closed");
        restoreForOurselves(backup, target).finished();
        assertThat(Files.readString(target.resolve("open"))).isEqualTo("for everybody");
        assertThat(target.resolve("closed")).doesNotExist();
    }

    /** Somebody without privileges cannot give files to others. */
    private static Work restoreForOurselves(BackupView backup, Path target) {
        var body = Rest.object();
        body.putObject("settings").put("target", target.toString()).put("ownership", "none");
        return operator.await(operator.rest().post("backups/" + backup.id() + "/restore", body));
    }

    @Test
    void a_directory_that_cannot_be_read_at_all_is_a_failure_that_says_so() throws IOException {
        Path tree = APPLIANCE.scratch().directory("closed");
        String instance = operator.directory(tree);
        closeToOthers(tree);

        Work work = operator.tryBackup(instance, destination).failedWith("PERMISSION");

        assertThat(work.message()).contains(tree.toString());
    }

    @Test
    void a_destination_that_is_not_ours_to_write_is_refused_with_its_path() throws IOException {
        Path directory = APPLIANCE.scratch().directory("read-only");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));

        var reply = operator.rest().post("destinations", Operator.destinationBody("read-only", directory));

        String said = reply.status() == 201
                ? operator.await(reply.json().path("workflow"))
                        .failedWith("PERMISSION")
                        .message()
                : reply.expect(403).detail();
        assertThat(said).contains(directory.toString());
    }

    @Test
    void a_restore_to_where_we_may_not_write_fails_and_says_where() throws IOException {
        Path tree = APPLIANCE.scratch().directory("small");
        Files.writeString(tree.resolve("file"), "content");
        BackupView backup = operator.backUp(operator.directory(tree), destination);
        Path target = APPLIANCE.scratch().directory("not ours");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));

        Work work = operator.await(operator.startRestore(backup.id(), target));

        assertThat(work.failedWith("PERMISSION").message()).contains(target.toString());
    }

    @Test
    void nothing_of_the_appliance_can_be_read_by_other_users() {
        String data = APPLIANCE.get().data().toString();

        assertThat(Command.run("find", data + "/security", data + "/catalog", "-type", "f", "-perm", "/007"))
                .isEmpty();
        assertThat(Command.run("find", data + "/security", "-name", "admin-password", "-perm", "600"))
                .isNotEmpty();
    }
}
