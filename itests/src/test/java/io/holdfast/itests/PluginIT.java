package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.GatedProvider;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.Work;
import io.holdfast.itests.plugin.GatedStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plugins come and go while the appliance runs. */
class PluginIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Operator operator;
    private static GatedProvider gated;

    @BeforeAll
    static void given_a_plugin_that_was_dropped_in() {
        operator = APPLIANCE.operator();
        gated = GatedProvider.addTo(APPLIANCE.get(), APPLIANCE.scratch());
    }

    @BeforeEach
    void given_the_gate_is_closed() {
        gated.close();
    }

    private static String destination(String name) {
        return operator.destination(APPLIANCE.scratch().directory(name));
    }

    @Test
    void a_plugin_that_was_dropped_in_backs_up_and_restores() throws IOException {
        gated.open();

        String backup =
                operator.backUp(gated.instance(), destination("for the gated")).id();

        Path target = APPLIANCE.scratch().path("restored stream");
        var body = Rest.object();
        body.putObject("settings").put("target", target.toString());
        operator.await(operator.rest().post("backups/" + backup + "/restore", body))
                .finished();
        thenItIsTheStream(target);
    }

    private static void thenItIsTheStream(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes.length).isEqualTo((int) GatedStream.SIZE);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != GatedStream.at(i)) {
                throw new AssertionError("byte " + i + " is another one");
            }
        }
    }

    @Test
    void work_whose_plugin_leaves_goes_back_to_the_queue_and_is_done_when_it_returns() {
        Work work = operator.startBackup(gated.instance(), destination("for the leaving"));
        gated.awaitReader();

        gated.bundle().removeFrom(APPLIANCE.get());

        Awaitility.await().until(() -> !operator.strategies().contains("gated"));
        operator.awaitThat(work, w -> !isRunning(w), "is no longer running");
        assertThat(operator.workflow(work.id()).ended()).isFalse();
        assertThat(gated.snapshot()).doesNotExist();

        gated.open();
        gated.bundle().deployTo(APPLIANCE.get());

        Work done = operator.await(work).finished();
        operator.verify(done.backupId()).finished();
    }

    private static boolean isRunning(Work work) {
        for (var task : work.tasks()) {
            if (task.path("state").asText().equals("RUNNING")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void other_work_is_not_disturbed_when_a_plugin_comes_and_goes() throws IOException {
        Path tree = APPLIANCE.scratch().directory("tree");
        Files.writeString(tree.resolve("file"), "content");
        String instance = operator.directory(tree);
        String destination = destination("for the others");
        gated.bundle().removeFrom(APPLIANCE.get());
        Awaitility.await().until(() -> !operator.strategies().contains("gated"));

        operator.backUp(instance, destination);

        gated.bundle().deployTo(APPLIANCE.get());
        operator.awaitStrategy("gated");
        operator.backUp(instance, destination);
    }
}
