package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.AsRoot;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.GatedProvider;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Reply;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Places that are not what a destination should be, from the beginning or at a bad moment. */
class BadDestinationIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Operator operator;
    private static GatedProvider gated;

    @BeforeAll
    static void given_a_provider_with_a_gate() {
        operator = APPLIANCE.operator();
        gated = GatedProvider.addTo(APPLIANCE.get(), APPLIANCE.scratch());
    }

    /** Adds a destination that must be refused, at once or by its workflow; gives what was said. */
    private static String refused(ObjectNode body, String kind) {
        Reply reply = operator.rest().post("destinations", body);
        if (reply.status() == 201) {
            return operator.await(reply.json().path("workflow"))
                    .failedWith(kind)
                    .message();
        }
        assertThat(reply.json().path("kind").asText()).as(reply.text()).isEqualTo(kind);
        return reply.detail();
    }

    @Test
    void a_directory_that_does_not_exist_is_refused_with_its_path() {
        Path missing = APPLIANCE.scratch().path("missing");

        assertThat(refused(Operator.destinationBody("missing", missing), "NOT_FOUND"))
                .contains(missing.toString());
        assertThat(missing).doesNotExist();
    }

    @Test
    void a_file_is_no_directory() throws IOException {
        Path file = Files.writeString(APPLIANCE.scratch().path("a file"), "content");

        assertThat(refused(Operator.destinationBody("file", file), "INVALID_CONFIG"))
                .contains(file.toString());
        assertThat(file).hasContent("content");
    }

    @Test
    void a_directory_with_something_else_in_it_is_refused() throws IOException {
        Path directory = APPLIANCE.scratch().directory("occupied");
        Path file = Files.writeString(directory.resolve("thesis.tex"), "content");

        assertThat(refused(Operator.destinationBody("occupied", directory), "CONFLICT"))
                .contains(directory.toString());
        assertThat(file).hasContent("content");
    }

    @Test
    void a_relative_path_is_refused() {
        ObjectNode body = Operator.destinationBody("relative", Path.of("some/where"));

        assertThat(refused(body, "INVALID_CONFIG")).contains("some/where");
    }

    @Test
    void a_name_of_something_that_was_refused_can_be_used_again() {
        refused(Operator.destinationBody("again", APPLIANCE.scratch().path("not yet")), "NOT_FOUND");
        Path directory = APPLIANCE.scratch().directory("now");

        Reply reply = operator.rest().post("destinations", Operator.destinationBody("again", directory));

        if (reply.status() == 409) { // it was added, only its vault was not: it is mended or removed by hand
            String id = operator.rest().all("destinations").stream()
                    .filter(d -> d.path("name").asText().equals("again"))
                    .map(d -> d.path("id").asText())
                    .findFirst()
                    .orElseThrow();
            assertThat(operator.rest().delete("destinations/" + id).status()).isIn(200, 202, 204);
            reply = operator.rest().post("destinations", Operator.destinationBody("again", directory));
        }
        operator.await(reply.expect(201).json().path("workflow")).finished();
    }

    @Test
    void a_second_appliance_cannot_use_the_same_directory_by_accident() {
        Path directory = APPLIANCE.scratch().directory("one vault");
        String destination = operator.destination(directory);
        String instance = operator.directory(APPLIANCE.scratch().directory("for one vault"));
        try (Appliance other =
                Appliance.unpackedIn(APPLIANCE.scratch().directory("other")).start()) {
            Operator stranger = other.operator();

            Reply reply = stranger.rest().post("destinations", Operator.destinationBody("mine", directory));

            String said = reply.status() == 201
                    ? stranger.await(reply.json().path("workflow"))
                            .inState("FAILED")
                            .message()
                    : reply.expect(409).detail();
            assertThat(said).contains(directory.toString());
        }
        operator.backUp(instance, destination);
    }

    @Test
    void a_destination_that_disappears_half_way_is_waited_for() throws IOException {
        Path directory = APPLIANCE.scratch().directory("loose cable");
        String destination = operator.destination(directory);
        gated.close();
        Work work = operator.startBackup(gated.instance(), destination);
        gated.awaitReader();
        Path elsewhere = directory.resolveSibling("unplugged");
        Files.move(directory, elsewhere);
        gated.open();

        operator.awaitThat(
                work,
                w -> w.ended() || w.json().toString().contains("UNAVAILABLE"),
                "tells that the destination is unavailable");
        assertThat(directory).doesNotExist();
        Files.move(elsewhere, directory);

        Work ended = operator.await(work).finished();
        operator.verify(ended.backupId()).finished();
    }

    @Test
    @AsRoot("mounts a small file system")
    void a_full_destination_fails_the_backup_clearly_and_keeps_what_it_has() {
        Path directory = APPLIANCE.scratch().directory("small");
        Command.run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", directory.toString());
        try {
            ObjectNode body = Operator.destinationBody("small", directory);
            ((ObjectNode) body.path("settings")).put("reserve", "0");
            var reply = operator.rest().post("destinations", body).expect(201).json();
            operator.await(reply.path("workflow")).finished();
            String destination = reply.path("destination").path("id").asText();
            Path little = APPLIANCE.scratch().directory("little");
            SampleTree.random(little.resolve("file"), 1 << 20, 1);
            BackupView good = operator.backUp(operator.directory(little), destination);
            Path much = APPLIANCE.scratch().directory("much");
            SampleTree.random(much.resolve("file"), 60L << 20, 2);

            Work work =
                    operator.tryBackup(operator.directory(much), destination).failedWith("QUOTA");

            assertThat(work.message()).contains(directory.toString());
            operator.verify(good.id()).finished();
            operator.restore(good.id(), APPLIANCE.scratch().directory("restored little"));
        } finally {
            Command.run("umount", "-l", directory.toString());
        }
    }

    @Test
    @AsRoot("mounts a file system read-only")
    void a_read_only_destination_is_refused_and_stays_readable() {
        Path directory = APPLIANCE.scratch().directory("locked");
        Path tree = APPLIANCE.scratch().directory("for locked");
        SampleTree.random(tree.resolve("file"), 1 << 20, 3);
        Command.run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", directory.toString());
        try {
            String destination = operator.destination(directory);
            String instance = operator.directory(tree);
            BackupView good = operator.backUp(instance, destination);
            Command.run("mount", "-o", "remount,ro", directory.toString());

            SampleTree.random(tree.resolve("file"), 1 << 20, 4);
            operator.tryBackup(instance, destination).failedWith("PERMISSION");

            operator.restore(good.id(), APPLIANCE.scratch().directory("restored locked"));
        } finally {
            Command.run("umount", "-l", directory.toString());
        }
    }
}
