package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.AsRoot;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.Distribution;
import io.holdfast.itests.harness.Listening;
import io.holdfast.itests.harness.Machine;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.VaultFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an appliance says and does when it starts and something is not as it should be. */
class StartIT {

    private static final long LARGEST_ARCHIVE = 120L << 20;

    private final Scratch scratch = Scratch.create();

    @AfterEach
    void end() {
        scratch.close();
    }

    @Test
    void a_second_start_on_the_same_data_is_refused_and_the_first_goes_on() throws IOException {
        try (Appliance first = Appliance.unpackedIn(scratch.directory("first")).start();
                Appliance second = Appliance.unpackedIn(scratch.directory("second"), first.data())) {
            Path cache = first.data().resolve("cache");
            Files.delete(cache.resolve("complete")); // as while a role is changed
            for (int attempt = 0; attempt < 2; attempt++) {
                second.launch();
                assertThat(second.awaitEnd()).isEqualTo(5);
            }
            assertThat(second.consoleText() + first.log()).contains(first.data().toString());
            assertThat(cache.resolve("bundle0")).exists();
            first.rest().get("me").expect(200);
        }
    }

    @Test
    @AsRoot("mounts a small file system")
    void a_first_start_without_the_space_for_it_says_so_and_leaves_nothing_behind() throws IOException {
        Path small = scratch.directory("small");
        Command.run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", small.toString());
        try (Appliance appliance = Appliance.unpackedIn(scratch.directory("appliance"), small)) {
            appliance.launch();

            assertThat(appliance.awaitEnd()).isEqualTo(2);
            assertThat(appliance.consoleText())
                    .contains(small + " has 40 MiB of free space")
                    .contains("KARAF_DATA");
            assertThat(small).isEmptyDirectory();
        } finally {
            Command.run("umount", "-l", small.toString());
        }
    }

    @Test
    void a_damaged_catalogue_is_reported_with_what_to_do_and_doing_it_brings_everything_back() throws IOException {
        Path tree = scratch.path("tree");
        SampleTree.odd(tree);
        Path vault = scratch.directory("vault");
        try (Appliance appliance =
                Appliance.unpackedIn(scratch.directory("appliance")).start()) {
            Operator operator = appliance.operator();
            String destination = operator.destination(vault);
            String backup =
                    operator.backUp(operator.directory(tree), destination).id();
            String key = operator.recoveryKey(destination);
            appliance.stop();
            Path catalogue = appliance.data().resolve("catalog/catalog.db");
            damage(catalogue);

            appliance.launch();
            JsonNode health = appliance.awaitHealth(Set.of("FAILED"));

            assertThat(health.path("checks").toString()).contains(catalogue.toString(), "move", "rebuild");
            assertThat(appliance.log()).contains(catalogue.toString());
            appliance.anonymously().get("providers").expect(503);
            thenTheAdviceHelps(appliance, vault, key, backup, TreeImage.of(tree));
        }
    }

    private static void damage(Path catalogue) throws IOException {
        for (int i = 0; i < 4; i++) {
            VaultFiles.flip(catalogue);
            VaultFiles.truncate(catalogue);
        }
        byte[] rest = Files.readAllBytes(catalogue);
        java.util.Arrays.fill(rest, Math.min(100, rest.length), rest.length, (byte) 7);
        Files.write(catalogue, rest);
        for (String name : new String[] {"catalog.db-wal", "catalog.db-shm"}) {
            Files.deleteIfExists(catalogue.resolveSibling(name));
        }
    }

    private void thenTheAdviceHelps(Appliance appliance, Path vault, String key, String backup, TreeImage image)
            throws IOException {
        appliance.stop();
        Path catalogue = appliance.data().resolve("catalog/catalog.db");
        Files.move(catalogue, catalogue.resolveSibling("catalog.db.damaged"));
        appliance.start();
        Operator operator = appliance.operator();
        ObjectNode body = Operator.destinationBody("vault", vault);
        ((ObjectNode) body.path("settings")).put("adopt", "true");
        body.set("attach", Rest.object().put("mode", "ADOPT").put("recoveryKey", key));
        JsonNode reply = operator.rest().post("destinations", body).expect(201).json();
        operator.await(reply.path("workflow")).finished();
        operator.rebuild(reply.path("destination").path("id").asText());
        Path target = scratch.directory("restored");
        ObjectNode restore = Rest.object().put("providerId", operator.files());
        restore.putObject("settings").put("target", target.toString());
        operator.await(operator.rest().post("backups/" + backup + "/restore", restore))
                .finished();
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
    }

    @Test
    void what_was_there_before_a_restart_is_there_after_it() throws IOException {
        Path tree = scratch.directory("tree");
        Files.writeString(tree.resolve("file"), "content");
        try (Appliance appliance =
                Appliance.unpackedIn(scratch.directory("appliance")).start()) {
            String destination = appliance.operator().destination(scratch.directory("vault"));
            String instance = appliance.operator().directory(tree);
            String backup = appliance.operator().backUp(instance, destination).id();
            String password = appliance.password();

            appliance.stop();
            appliance.start();

            Operator operator = appliance.operator();
            assertThat(appliance.password()).isEqualTo(password);
            assertThat(operator.backup(backup).status()).isEqualTo("SUCCESS");
            assertThat(operator.backUp(instance, destination).incremental()).isTrue();
        }
    }

    @Test
    void another_port_for_rest_is_taken_over_while_it_runs() {
        try (Appliance appliance =
                Appliance.unpackedIn(scratch.directory("appliance")).start()) {
            for (int change = 0; change < 3; change++) {
                int port = Machine.freePort();
                appliance.configure(
                        "org.ops4j.pax.web", Map.of("org.osgi.service.http.port.secure", Integer.toString(port)));

                appliance.awaitAnswerOn(port);
            }
            assertThat(Listening.addressesOf(appliance.pid())).isNotEmpty().allMatch(Listening.LOOPBACK);
        }
    }

    @Test
    void the_first_start_is_measured_and_opens_no_port_to_others() {
        try (Appliance appliance = Appliance.unpackedIn(scratch.directory("appliance"))) {
            long start = System.nanoTime();
            appliance.start();
            long millis = (System.nanoTime() - start) / 1_000_000;
            String pid = Long.toString(appliance.pid());
            String memory = Command.run("grep", "VmRSS", "/proc/" + pid + "/status");
            System.out.println("StartIT: first start to READY " + millis + " ms, " + memory.replaceAll("\\s+", " ")
                    + ", archive " + archiveBytes() / (1 << 20) + " MiB");

            assertThat(archiveBytes()).isLessThan(LARGEST_ARCHIVE);
            assertThat(Listening.addressesOf(appliance.pid())).isNotEmpty().allMatch(Listening.LOOPBACK);
        }
    }

    private static long archiveBytes() {
        try {
            return Files.size(Distribution.archive());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
