package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.Distribution;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.TreeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The appliance is gone for good: the vault, the recovery key and an unpacked distribution that is never started. */
class OfflineRestoreIT {

    private static Scratch scratch;
    private static Path vault;
    private static Path key;
    private static Path program;
    private static TreeImage before;
    private static TreeImage after;
    private static TreeImage vaultBefore;
    private static String first;

    @BeforeAll
    static void given_a_vault_whose_appliance_and_source_are_gone() throws IOException {
        scratch = Scratch.create();
        Path tree = scratch.path("tree");
        vault = scratch.directory("vault");
        SampleTree.odd(tree);
        before = TreeImage.of(tree);
        try (Appliance lost = Appliance.unpackedIn(scratch.directory("lost")).start()) {
            Operator operator = lost.operator();
            String destination = operator.destination(vault);
            String instance = operator.directory(tree);
            BackupView backup = operator.backUp(instance, destination);
            first = backup.id();
            SampleTree.change(tree);
            after = TreeImage.of(tree);
            operator.backUp(instance, destination);
            key = Files.writeString(scratch.path("recovery-key"), operator.recoveryKey(destination));
        }
        Scratch.delete(scratch.path("lost"));
        Scratch.delete(tree);
        program = scratch.path("program");
        Distribution.unpackTo(program);
        vaultBefore = TreeImage.of(vault);
    }

    @AfterAll
    static void then_the_vault_is_as_it_was() {
        assertThat(vaultBefore.differencesTo(TreeImage.of(vault))).isEmpty();
        scratch.close();
    }

    private static Command.Result vault(String verb, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                program.resolve("bin/holdfast-vault").toString(),
                verb,
                "--path",
                vault.toString(),
                "--recovery-key-file",
                key.toString()));
        command.addAll(List.of(more));
        return Command.tryToRun(command);
    }

    private static TreeImage restored(String backup) {
        Path target = scratch.path("restored-" + backup.hashCode());
        Command.Result result = vault("restore", backup, "--target", target.toString());
        assertThat(result.status()).as(result.output()).isZero();
        return TreeImage.of(target);
    }

    @Test
    void both_backups_are_listed() {
        Command.Result result = vault("list", "--json");

        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output().lines()).hasSize(2).anyMatch(line -> line.contains(first));
    }

    @Test
    void the_latest_and_an_older_backup_are_restored_as_they_were() {
        assertThat(after.differencesTo(restored("latest"))).isEmpty();
        assertThat(before.differencesTo(restored(first))).isEmpty();
    }

    @Test
    void everything_in_the_vault_is_proved() {
        Command.Result result = vault("verify");

        assertThat(result.status()).as(result.output()).isZero();
    }

    @Test
    void nothing_was_started_or_written_in_the_distribution() {
        vault("list");

        assertThat(program.resolve("data/log")).doesNotExist();
    }
}
