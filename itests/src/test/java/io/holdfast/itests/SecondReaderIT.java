package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.Command.Result;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.SecondReader;
import io.holdfast.itests.harness.VaultFiles;
import io.holdfast.testkit.tree.TreeComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The data outlive the product: a program of another language, written from FORMAT.md, restores what the appliance backed up. */
class SecondReaderIT {

    private static final Pattern BACKUP = Pattern.compile("\"backup\": \"([0-9a-f]{32})\"");

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Path vault;
    private static Path before;
    private static Path after;
    private static SecondReader reader;
    private static List<String> backups;

    @BeforeAll
    static void given_a_full_and_an_incremental_backup() {
        SecondReader.require();
        Operator operator = APPLIANCE.operator();
        vault = APPLIANCE.scratch().directory("vault");
        after = APPLIANCE.scratch().path("tree");
        before = APPLIANCE.scratch().path("as it was");
        SampleTree.odd(after);
        SampleTree.small(after.resolve("many"), 3_000);
        Command.run("cp", "-a", after.toString(), before.toString());
        String destination = operator.destination(vault);
        String instance = operator.directory(after);
        operator.backUp(instance, destination);
        SampleTree.change(after);
        BackupView second = operator.backUp(instance, destination);
        assertThat(second.incremental()).isTrue();
        reader = new SecondReader(vault, APPLIANCE.scratch().path("key"), operator.recoveryKey(destination));
        backups = BACKUP.matcher(succeeded(reader.list()))
                .results()
                .map((MatchResult line) -> line.group(1))
                .toList();
    }

    private static String succeeded(Result result) {
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }

    @Test
    void both_backups_come_back_with_all_metadata() throws IOException {
        assertThat(backups).hasSize(2);
        assertComesBack(backups.get(0), before);
        assertComesBack(backups.get(1), after);
    }

    private static void assertComesBack(String backup, Path expected) throws IOException {
        Path target = APPLIANCE.scratch().path("restored-" + backup);
        succeeded(reader.restore(backup, target));
        List<Path> trees;
        try (Stream<Path> found = Files.list(target).filter(Files::isDirectory)) {
            trees = found.toList();
        }
        assertThat(trees).hasSize(1);
        TreeComparison.Result result = TreeComparison.compare(expected, trees.get(0));
        assertThat(result.differences()).isEmpty();
        assertThat(result.entries()).isGreaterThan(3_000);
    }

    @Test
    void every_object_is_found_authentic() {
        assertThat(succeeded(reader.verify())).contains("2 backups", "no damage was found");
    }

    @Test
    void flipped_bytes_in_a_pack_are_refused_by_name() throws IOException {
        Path copy = APPLIANCE.scratch().path("damaged vault");
        Command.run("cp", "-a", vault.toString(), copy.toString());
        Path pack = new VaultFiles(copy).packs().get(0);
        VaultFiles.flip(pack);
        String key = Files.readString(APPLIANCE.scratch().path("key")).strip();
        SecondReader damaged = new SecondReader(copy, APPLIANCE.scratch().path("key again"), key);

        Result verified = damaged.verify();
        Result restored = damaged.restore(backups.get(1), APPLIANCE.scratch().path("refused"));

        String name = pack.getFileName().toString();
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.output()).contains("DAMAGED packs/" + name.substring(0, 2) + "/" + name);
        assertThat(restored.status()).as(restored.output()).isEqualTo(1);
        assertThat(restored.output()).contains(name);
    }
}
