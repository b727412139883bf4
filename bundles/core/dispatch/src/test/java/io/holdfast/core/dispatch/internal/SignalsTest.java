package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.FoundBackup;
import io.holdfast.core.worker.TaskLease;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is noted with backups when nodes tell of them. */
class SignalsTest {

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void earlier(int sequence, Instant created, @Nullable Instant recorded) {
        bench.catalog
                .backups()
                .add(new Backup(
                        "b" + sequence,
                        "i1",
                        "d1",
                        "",
                        true,
                        Backup.Status.SUCCESS,
                        created,
                        recorded,
                        new Backup.Stats(1_000_000, 20_000, 10_000, 5_000, 3, 0, 1_000, 1_000),
                        "",
                        "",
                        null,
                        Backup.Verification.NEVER,
                        null,
                        sequence,
                        ""));
    }

    private FoundBackup stored(String id, long sequence, long newBytes, long random) {
        FoundBackup b = bench.backup(id, "i1", 0);
        return new FoundBackup(
                id,
                "i1",
                b.instance(),
                b.providerId(),
                b.providerType(),
                b.providerName(),
                bench.clock.instant(),
                true,
                "",
                1_000_000,
                newBytes,
                newBytes,
                newBytes,
                3,
                0,
                1,
                false,
                sequence,
                random);
    }

    private Backup store(FoundBackup found) throws Exception {
        bench.submit(new WorkflowRequest.BackUp("i1", "d1", false));
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), found.id());
        bench.finish(export);
        TaskLease store = bench.leaseOne();
        bench.plane.found(store.key(), Findings.backups(List.of(found)));
        return bench.catalog.backups().find(found.id()).orElseThrow();
    }

    @Test
    void aBackupThatIsUnlikeTheOnesBeforeItIsMarkedAndItsTaskSaysSo() throws Exception {
        for (int i = 1; i <= 6; i++) {
            earlier(i, bench.clock.instant(), bench.clock.instant());
            bench.pass(Duration.ofHours(1));
        }
        Backup marked = store(stored("attacked", 7, 900_000, 890_000));
        assertThat(marked.suddenChange()).contains("90.0 % is new, usual is 1.0 %", "99 % of what is new looks random");
        assertThat(marked.sequence()).isEqualTo(7);
        assertThat(bench.catalog
                        .workflows()
                        .list(WorkflowFilter.all().about("i1"), io.holdfast.core.catalog.PageRequest.first(10))
                        .items())
                .flatExtracting(w -> bench.catalog.workflows().tasks(w.id()))
                .flatExtracting(t -> bench.catalog.workflows().log(t.id(), 0, 100))
                .anySatisfy(line -> assertThat(line.message()).contains("unlike the backups before it"));
    }

    @Test
    void anOrdinaryBackupIsNotMarkedNorIsOneWithFewBeforeIt() throws Exception {
        for (int i = 1; i <= 4; i++) {
            earlier(i, bench.clock.instant(), bench.clock.instant());
        }
        assertThat(store(stored("few", 5, 900_000, 890_000)).suddenChange()).isEmpty();
    }

    @Test
    void whatIsLostIsKeptWithTheBackupUntilItIsWholeAgain() throws Exception {
        earlier(1, bench.clock.instant(), bench.clock.instant());
        bench.submit(new WorkflowRequest.Verify("d1", null, 0, 1, true));
        TaskLease verify = bench.leaseOne();
        bench.plane.found(
                verify.key(),
                Findings.verified(Map.of("b1", false), Map.of("b1", "has lost 2 pieces: root etc/passwd")));
        assertThat(bench.catalog.backups().find("b1").orElseThrow().message())
                .isEqualTo("has lost 2 pieces: root etc/passwd");
        bench.plane.found(verify.key(), Findings.verified(Map.of("b1", true)));
        assertThat(bench.catalog.backups().find("b1").orElseThrow().message()).isEmpty();
    }

    @Test
    void aPruneKeepsTheNewestGoodOneWhateverTheRuleSaysAndGoesByTheVaultsOrder() throws Exception {
        Instant now = bench.clock.instant();
        earlier(1, now.minus(Duration.ofDays(90)), null);
        earlier(2, now.minus(Duration.ofDays(80)), null);
        earlier(3, now.minus(Duration.ofDays(3_700)), null); // its clock stood ten years behind
        earlier(4, now.minus(Duration.ofDays(60)), null);
        RetentionRule rule =
                new RetentionRule(new Limits(1, 1), new Limits(1, 1), null, false, 0, Duration.ZERO, ZoneOffset.UTC);
        assertThat(bench.dispatcher.workflows().preview(new WorkflowRequest.Prune("d1", null, rule, true)))
                .filteredOn(d -> d.keep())
                .extracting(d -> d.backup().id())
                .containsExactly("b4", "b3");
    }
}
