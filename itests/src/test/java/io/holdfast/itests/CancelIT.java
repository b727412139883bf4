package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.GatedProvider;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Staging;
import io.holdfast.itests.harness.VaultFiles;
import io.holdfast.itests.harness.Work;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Work that nobody wants any more ends soon and leaves nothing. */
class CancelIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Operator operator;
    private static GatedProvider gated;
    private static VaultFiles vault;
    private static String destination;

    @BeforeAll
    static void given_a_vault_and_a_provider_with_a_gate() {
        operator = APPLIANCE.operator();
        gated = GatedProvider.addTo(APPLIANCE.get(), APPLIANCE.scratch());
        Path directory = APPLIANCE.scratch().directory("vault");
        vault = new VaultFiles(directory);
        destination = operator.destination(directory);
    }

    @BeforeEach
    void given_the_gate_is_closed() {
        gated.close();
    }

    private static Work cancel(Work work) {
        long start = System.nanoTime();
        operator.rest()
                .post("workflows/" + work.id() + "/cancel", Rest.object())
                .expect(202);
        Work ended = operator.await(work).inState("CANCELLED");
        System.out.println("CancelIT: the end came after " + (System.nanoTime() - start) / 1_000_000 + " ms");
        return ended;
    }

    private static void thenNothingIsLeft() {
        assertThat(operator.backupsOf(gated.instance())).isEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(Staging.of(APPLIANCE.get()).files()).isEmpty();
            assertThat(vault.unfinished()).isEmpty();
            assertThat(gated.snapshot()).doesNotExist();
        });
        long committed =
                operator.rest().all("backups?destination=" + destination).size();
        operator.rebuild(destination);
        assertThat(operator.rest().all("backups?destination=" + destination)).hasSize((int) committed);
    }

    @Test
    void a_backup_that_waits_for_its_source_is_cancelled_and_leaves_nothing() {
        Work work = operator.startBackup(gated.instance(), destination);
        gated.awaitReader();

        cancel(work);

        thenNothingIsLeft();
    }

    @Test
    void a_backup_in_full_flow_is_cancelled() {
        Path tree = APPLIANCE.scratch().path("tree");
        SampleTree.plenty(tree, 100, 8L << 20, 1);
        Work work = operator.startBackup(operator.directory(tree), destination);
        operator.awaitThat(work, w -> w.ended() || reads(w), "reads");

        cancel(work);

        thenNothingIsLeft();
    }

    /** What is done is told once a second; by then it may have ended. */
    private static boolean reads(Work work) {
        for (var task : work.tasks()) {
            if (task.path("type").asText().equals("EXPORT")
                    && task.path("state").asText().equals("RUNNING")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void a_backup_that_waits_for_another_of_its_instance_is_cancelled_without_harm_to_the_other() {
        Path tree = APPLIANCE.scratch().directory("elsewhere");
        String second = operator.destination(tree);
        Work first = operator.startBackup(gated.instance(), second);
        gated.awaitReader();
        Work waiting = operator.startBackup(gated.instance(), second);

        cancel(waiting);

        gated.open();
        Work done = operator.await(first).finished();
        operator.verify(done.backupId()).finished();
        operator.await(operator.rest().delete("backups/" + done.backupId())).finished();
    }

    @Test
    void cancelling_what_has_ended_changes_nothing() {
        Path tree = APPLIANCE.scratch().directory("small");
        SampleTree.random(tree.resolve("file"), 100, 1);
        Work work = operator.tryBackup(operator.directory(tree), destination).finished();

        operator.rest()
                .post("workflows/" + work.id() + "/cancel", Rest.object())
                .expect(202);

        assertThat(operator.workflow(work.id()).state()).isEqualTo("FINISHED");
    }

    @Test
    void an_appliance_that_is_stopped_with_work_under_way_stops_and_does_the_work_later() {
        String elsewhere = operator.destination(APPLIANCE.scratch().directory("for later"));
        Work work = operator.startBackup(gated.instance(), elsewhere);
        gated.awaitReader();

        APPLIANCE.get().stop();
        gated.open();
        APPLIANCE.get().start();
        operator = APPLIANCE.operator();

        Work done = operator.await(work).finished();
        operator.verify(done.backupId()).finished();
        operator.await(operator.rest().delete("backups/" + done.backupId())).finished();
    }
}
