package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotControl;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.testkit.fake.RecordingTaskContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The part of the contract that is about snapshots on the provider. Without the capability only its absence is tested: by
 * {@code capabilities_are_those_that_were_promised}.
 */
abstract class StrategySnapshotContract extends StrategySubject {

    private SnapshotControl control() {
        assumeTrue(expects(StrategyCapability.SNAPSHOTS), "it declares that it has no SNAPSHOTS");
        assertThat(strategy()).isInstanceOf(SnapshotControl.class);
        return (SnapshotControl) strategy();
    }

    private InstanceDescription machine() throws Exception {
        return describe(snapshotInstanceId());
    }

    private SnapshotRequest wanted(String name, boolean quiesce) throws Exception {
        Settings settings = Settings.of(type().instanceSchema(), instanceSettings());
        return new SnapshotRequest(machine(), settings, name, "because", quiesce);
    }

    private SnapshotInfo take(String name) throws Exception {
        return control().create(wanted(name, false), task());
    }

    private List<SnapshotInfo> listed() throws Exception {
        return control().list(machine(), task());
    }

    private Optional<SnapshotInfo> listed(String id) throws Exception {
        return listed().stream().filter(s -> s.id().equals(id)).findFirst();
    }

    @Test
    protected void snapshots_are_taken_listed_and_deleted() throws Exception {
        SnapshotControl control = control();
        RecordingTaskContext task = task();
        SnapshotInfo made = control.create(wanted("before upgrade, really", false), task);

        assertNothingLeft(task);
        assertThat(listed(made.id())).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.name()).isEqualTo("before upgrade, really");
            assertThat(snapshot.description()).isIn("because", "");
            assertThat(snapshot.ours()).isTrue();
            assertThat(snapshot.created()).isBetween(around(-1), around(1));
            assertThat(snapshot.sizeBytes()).isGreaterThanOrEqualTo(-1);
        });
        control.delete(machine(), made, task());
        control.delete(machine(), made, task());
        assertThat(listed(made.id())).isEmpty();
    }

    /** Providers' clocks differ. */
    private Instant around(int sign) {
        return clock().instant().plus(Duration.ofDays(1).multipliedBy(sign));
    }

    @Test
    protected void two_snapshots_of_one_name_are_two() throws Exception {
        SnapshotInfo first = take("nightly");
        SnapshotInfo second = take("nightly");

        assertThat(second.id()).isNotEqualTo(first.id());
        List<SnapshotInfo> all = listed();
        assertThat(all).extracting(SnapshotInfo::id).contains(first.id(), second.id());
        assertThat(all).extracting(SnapshotInfo::id).doesNotHaveDuplicates();
        assertThat(all.stream().filter(SnapshotInfo::current))
                .as("what the instance goes on from")
                .hasSizeLessThanOrEqualTo(1)
                .allSatisfy(s -> assertThat(s.id()).isEqualTo(second.id()));
        assertThat(all).allSatisfy(s -> s.parent()
                .ifPresent(
                        parent -> assertThat(all).extracting(SnapshotInfo::id).contains(parent)));

        control().delete(machine(), first, task());
        assertThat(listed()).extracting(SnapshotInfo::id).containsExactly(second.id());
        control().delete(machine(), second, task());
    }

    @Test
    protected void a_quiesced_snapshot_is_one_or_is_refused() throws Exception {
        SnapshotControl control = control();
        SnapshotRequest request = wanted("quiesced", true);
        try {
            SnapshotInfo made = control.create(request, task());
            assertThat(made.consistency()).isIn(SnapshotConsistency.APPLICATION, SnapshotConsistency.MEMORY);
            control.delete(machine(), made, task());
        } catch (PluginException e) {
            assertThat(e.kind()).isIn(ErrorKind.UNSUPPORTED, ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT);
            assertThat(listed()).isEmpty();
        }
    }

    @Test
    protected void a_foreign_snapshot_is_listed_as_such() throws Exception {
        SnapshotInfo ours = take("ours");
        String foreign = takeForeignSnapshot();

        assertThat(listed(foreign)).hasValueSatisfying(s -> assertThat(s.ours()).isFalse());
        control().delete(machine(), ours, task());
        assertThat(listed()).extracting(SnapshotInfo::id).containsExactly(foreign);
    }

    @Test
    protected void an_instance_goes_back_to_its_snapshot() throws Exception {
        Picture before = picture(snapshotInstanceId());
        SnapshotInfo made = take("before-change");
        changeSnapshotInstance();
        assertThat(picture(snapshotInstanceId()))
                .as("the instance after a change")
                .isNotEqualTo(before);
        SnapshotInfo later = take("later");
        RecordingTaskContext task = task();

        control().revert(machine(), made, task);

        assertThat(picture(snapshotInstanceId())).isEqualTo(before);
        assertNothingLeft(task);
        assertThat(listed()).extracting(SnapshotInfo::id).contains(made.id());
        for (SnapshotInfo snapshot : List.of(made, later)) {
            control().delete(machine(), snapshot, task());
        }
        assertThat(picture(snapshotInstanceId())).isEqualTo(before);
    }

    @Test
    protected void a_token_from_before_a_revert_is_a_reason_for_a_full_read() throws Exception {
        SnapshotInfo made = take("old");
        changeSnapshotInstance();
        Optional<ChangeToken> token = committed();
        if (!expects(StrategyCapability.INCREMENTAL)) {
            assertThat(token).isEmpty();
            return;
        }
        control().revert(machine(), made, task());

        RecordingTaskContext task = task();
        try (ExportSession session = strategy().openExport(request(snapshotInstanceId(), token), task)) {
            assertThat(session.fullReadReason())
                    .hasValueSatisfying(reason -> assertThat(reason.code()).isEqualTo("SNAPSHOT_REVERTED"));
            StrategyTransferContract.assertNothingIsCalledUnchanged(session);
        }
        assertNothingLeft(task);
    }

    @Test
    protected void taking_and_deleting_snapshots_does_not_break_the_chain() throws Exception {
        Optional<ChangeToken> token = committed();
        if (!expects(StrategyCapability.INCREMENTAL)) {
            assertThat(token).isEmpty();
            return;
        }
        SnapshotInfo made = take("between");
        changeSnapshotInstance();
        control().delete(machine(), made, task());

        try (ExportSession session = strategy().openExport(request(snapshotInstanceId(), token), task())) {
            assertThat(session.fullReadReason()).isEmpty();
        }
    }

    private Optional<ChangeToken> committed() throws Exception {
        try (ExportSession session = strategy().openExport(request(snapshotInstanceId(), Optional.empty()), task())) {
            session.readingDone();
            Optional<ChangeToken> token = session.nextToken();
            session.committed();
            return token;
        }
    }

    @Test
    protected void going_back_to_a_snapshot_that_is_gone_changes_nothing() throws Exception {
        SnapshotInfo made = take("gone");
        control().delete(machine(), made, task());
        changeSnapshotInstance();
        Picture before = picture(snapshotInstanceId());

        Expect.failure(ErrorKind.NOT_FOUND, () -> control().revert(machine(), made, task()));

        assertThat(picture(snapshotInstanceId())).isEqualTo(before);
    }

    @Test
    protected void an_instance_that_is_gone_has_no_snapshots() throws Exception {
        SnapshotControl control = control();
        InstanceDescription known = machine();
        InstanceDescription gone =
                new InstanceDescription(known.externalId() + "-gone", "gone", known.kind(), -1, known.labels());

        Expect.failure(ErrorKind.NOT_FOUND, () -> control.list(gone, task()));
        Expect.failure(
                ErrorKind.NOT_FOUND,
                () -> control.create(new SnapshotRequest(gone, Settings.empty(), "x", "", false), task()));
    }

    @Test
    protected void a_snapshot_is_in_the_journal_before_it_is_taken() throws Exception {
        SnapshotControl control = control();
        RecordingTaskContext task = task();
        task.journal().failFromNowOn();

        Throwable thrown = catchThrowable(() -> control.create(wanted("unwritten", false), task));

        assertThat(thrown).isInstanceOf(PluginException.class);
        assertThat(listed()).isEmpty();
    }

    @Test
    protected void a_snapshot_of_which_nobody_heard_is_undone() throws Exception {
        RecordingTaskContext task = task();
        SnapshotInfo made = control().create(wanted("unheard", false), task);
        assertThat(task.journal().recorded()).as("entries of the journal").isNotEmpty();

        RecordingTaskContext later = task();
        for (int time = 0; time < 2; time++) { // the second time there is nothing any more
            for (SideEffectJournal.Entry seen : task.journal().recorded()) {
                strategy().undo(later.journal().neverHappened(seen.kind(), seen.details()), later);
            }
        }

        assertThat(listed(made.id())).isEmpty();
        assertNothingLeft(later);
    }

    @Test
    protected void no_snapshot_is_taken_for_a_task_that_is_cancelled_already() throws Exception {
        SnapshotControl control = control();
        RecordingTaskContext task = task();
        SnapshotRequest request = wanted("cancelled", false);
        task.cancellation().cancel();

        Expect.failure(ErrorKind.CANCELLED, () -> control.create(request, task));

        assertThat(listed()).isEmpty();
        assertThat(task.journal().open()).isEmpty();
    }
}
