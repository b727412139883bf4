package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.VaultFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backups are forgotten, space comes back, and what is kept stays whole. */
class RetentionIT {

    private static final long CHUNK = 4L << 20;

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private Operator operator;
    private Path tree;
    private String destination;
    private String instance;
    private VaultFiles vault;

    @BeforeEach
    void given_a_vault_and_an_instance(TestInfo test) {
        operator = APPLIANCE.operator();
        String name = test.getTestMethod().orElseThrow().getName();
        Path directory = APPLIANCE.scratch().directory("vault-" + name);
        vault = new VaultFiles(directory);
        destination = operator.destination(directory);
        tree = APPLIANCE.scratch().directory("tree-" + name);
        instance = operator.directory(tree);
    }

    private BackupView backUpFile(String name, long seed) {
        SampleTree.random(tree.resolve(name), CHUNK, seed);
        return operator.backUp(instance, destination);
    }

    @Test
    void pruning_frees_what_nothing_needs_and_the_rest_is_restorable() {
        backUpFile("changing", 1);
        backUpFile("changing", 2);
        SampleTree.random(tree.resolve("staying"), CHUNK, 9);
        BackupView last = backUpFile("changing", 3);
        TreeImage image = TreeImage.of(tree);
        long before = vault.bytes();

        operator.keepLast(1, instance, destination);

        assertThat(operator.backupsOf(instance)).extracting(BackupView::id).containsExactly(last.id());
        assertThat(vault.bytes()).isLessThan(before - CHUNK);
        operator.verifyAll(destination).finished();
        Path target = APPLIANCE.scratch().directory("restored-" + tree.getFileName());
        operator.restore(last.id(), target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
    }

    @Test
    void a_dry_run_tells_what_would_go_and_takes_nothing() {
        BackupView first = backUpFile("changing", 1);
        BackupView second = backUpFile("changing", 2);
        var body = Rest.object().put("instanceId", instance).put("dryRun", true);
        body.putObject("rule").putObject("keep").put("last", 1);

        var work = operator.await(operator.rest().post("destinations/" + destination + "/prune", body))
                .finished();

        assertThat(work.result("forgotten")).isEqualTo("1");
        assertThat(operator.backupsOf(instance)).extracting(BackupView::id).containsExactly(second.id(), first.id());
        operator.verify(first.id()).finished();
    }

    @Test
    void a_preview_says_of_each_backup_what_becomes_of_it_and_why() {
        BackupView first = backUpFile("changing", 1);
        BackupView second = backUpFile("changing", 2);
        var body = Rest.object().put("instanceId", instance);
        body.putObject("rule").putObject("keep").put("last", 1);

        var decisions = operator.rest()
                .post("destinations/" + destination + "/prune/preview", body)
                .expect(200)
                .json();

        assertThat(decisions.findValuesAsText("backupId")).containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(decisions.findValuesAsText("keep")).containsExactlyInAnyOrder("true", "false");
        assertThat(decisions.findValuesAsText("message")).allMatch(reason -> !reason.isBlank());
    }

    @Test
    void a_deleted_backup_is_gone_and_those_after_it_are_whole() {
        BackupView first = backUpFile("one", 1);
        BackupView second = backUpFile("two", 2);
        TreeImage image = TreeImage.of(tree);

        operator.await(operator.rest().delete("backups/" + first.id())).finished();

        operator.rest().get("backups/" + first.id()).expect(404);
        Path target = APPLIANCE.scratch().directory("restored-" + tree.getFileName());
        operator.restore(second.id(), target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
    }

    @Test
    void the_newest_backup_survives_a_rule_that_keeps_nothing() {
        backUpFile("one", 1);
        BackupView second = backUpFile("one", 2);
        var body = Rest.object().put("dryRun", false);
        body.putObject("rule").putObject("full").put("versions", 1);

        operator.await(operator.rest().post("destinations/" + destination + "/prune", body))
                .finished();

        assertThat(operator.backupsOf(instance)).extracting(BackupView::id).contains(second.id());
    }
}
