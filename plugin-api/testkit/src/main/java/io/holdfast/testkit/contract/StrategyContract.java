package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.InstantRecovery;
import io.holdfast.spi.strategy.SnapshotControl;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.testkit.fake.RecordingTaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every strategy must pass.
 *
 * <p>A plugin extends this class and says what {@link #type} it is, how to set up {@link #newProvider a provider} and what is
 * {@link #leftovers left} there. The tests are in several classes only because there are many of them.
 */
public abstract class StrategyContract extends StrategyTransferContract {

    @Test
    protected void the_type_is_well_described() {
        Expect.wellDescribed(type().id(), type().displayName(), type().schema());
        Expect.wellDescribed(type().id(), type().displayName(), type().instanceSchema());
        Expect.wellDescribed(type().id(), type().displayName(), type().restoreSchema());
        Expect.wellDescribed(type().id(), type().displayName(), type().instantSchema());
        Expect.wellDescribed(type().id(), type().displayName(), type().proofSchema());
    }

    @Test
    protected void capabilities_are_those_that_were_promised() {
        assertThat(strategy().capabilities()).isEqualTo(expectedCapabilities());
        assertThat(type().discovers()).as("discovers").isEqualTo(expects(StrategyCapability.DISCOVERY));
        assertThat(strategy() instanceof SnapshotControl)
                .as("is a SnapshotControl")
                .isEqualTo(expects(StrategyCapability.SNAPSHOTS));
        assertThat(strategy() instanceof InstantRecovery)
                .as("is an InstantRecovery")
                .isEqualTo(expects(StrategyCapability.INSTANT_RECOVERY));
    }

    @Test
    protected void a_provider_that_can_be_used_passes_its_test() throws Exception {
        RecordingTaskContext task = task();

        strategy().test(task);

        assertNothingLeft(task);
    }

    @Test
    protected void the_inventory_names_every_instance_once() throws Exception {
        List<InstanceDescription> found = new ArrayList<>();
        if (!expects(StrategyCapability.DISCOVERY)) {
            Expect.failure(ErrorKind.UNSUPPORTED, () -> strategy().inventory(found::add, task()));
            return;
        }
        strategy().inventory(found::add, task());

        assertThat(found)
                .extracting(InstanceDescription::externalId)
                .doesNotHaveDuplicates()
                .contains(instanceId());
        assertThat(found).allSatisfy(StrategyContract::assertWellFormed);
    }

    @Test
    protected void an_instance_that_is_named_by_hand_is_described() throws Exception {
        if (!expects(StrategyCapability.MANUAL_INSTANCES)) {
            Expect.failure(ErrorKind.UNSUPPORTED, () -> strategy().describe(instanceId(), task()));
            return;
        }
        InstanceDescription described = strategy().describe(instanceId(), task());

        assertThat(described.externalId()).isEqualTo(instanceId());
        assertWellFormed(described);
        PluginException thrown =
                Expect.failure(() -> strategy().describe(instanceId() + "-that-does-not-exist", task()));
        assertThat(thrown.kind()).isIn(ErrorKind.NOT_FOUND, ErrorKind.INVALID_CONFIG);
    }

    private static void assertWellFormed(InstanceDescription instance) {
        assertThat(instance.externalId()).isNotBlank().hasSizeLessThanOrEqualTo(1_024);
        assertThat(instance.name()).isNotBlank().hasSizeLessThanOrEqualTo(255);
        assertThat(instance.kind()).isNotBlank();
        assertThat(instance.sizeBytes()).isGreaterThanOrEqualTo(-1);
    }

    @Test
    protected void exporting_what_does_not_exist_fails_and_leaves_nothing() throws Exception {
        RecordingTaskContext task = task();
        ExportRequest known = request(instanceId(), Optional.empty());
        InstanceDescription gone = new InstanceDescription(
                instanceId() + "-that-does-not-exist",
                "gone",
                known.instance().kind(),
                -1,
                known.instance().labels());

        Expect.failure(ErrorKind.NOT_FOUND, () -> strategy()
                .openExport(new ExportRequest(gone, known.settings(), Optional.empty()), task)
                .close());

        assertNothingLeft(task);
    }

    @Test
    protected void an_export_cleans_up_after_itself_however_it_ends() throws Exception {
        RecordingTaskContext unread = task();
        export(unread).close();
        assertNothingLeft(unread);

        RecordingTaskContext read = task();
        try (ExportSession session = export(read)) {
            Picture.of(session);
            session.readingDone();
        }
        assertNothingLeft(read);

        RecordingTaskContext committed = task();
        ExportSession session = export(committed);
        session.readingDone();
        session.committed();
        session.close();
        session.close();
        assertNothingLeft(committed);
    }

    @Test
    protected void what_is_created_is_in_the_journal_so_that_a_crash_can_be_cleaned_up() throws Exception {
        RecordingTaskContext crashed = task();
        ExportSession abandoned = export(crashed);
        assertThat(abandoned.sources()).isNotEmpty();

        try (Strategy afterRestart = connectAgain()) {
            for (SideEffectJournal.Entry entry : crashed.journal().open()) {
                afterRestart.undo(entry, task());
            }
            assertThat(leftovers()).as("left on the provider after undoing").isEmpty();
            assertThat(crashed.journal().open()).isEmpty();
        }
    }

    @Test
    protected void undoing_what_never_happened_succeeds() throws Exception {
        RecordingTaskContext task = task();
        export(task).close();
        RecordingTaskContext later = task();
        for (SideEffectJournal.Entry seen : task.journal().recorded()) {
            SideEffectJournal.Entry entry = later.journal().neverHappened(seen.kind(), seen.details());
            strategy().undo(entry, later);
        }
        assertNothingLeft(later);
    }

    @Test
    protected void nothing_is_created_when_the_journal_cannot_be_written() throws Exception {
        RecordingTaskContext task = task();
        task.journal().failFromNowOn();

        Throwable thrown = catchThrowable(() -> export(task).close());

        assertThat(thrown == null || thrown instanceof PluginException)
                .as("fails as a plugin, or needs no journal")
                .isTrue();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    protected void nothing_begins_for_a_task_that_is_cancelled_already() throws Exception {
        RecordingTaskContext task = task();
        ExportRequest request = request(instanceId(), Optional.empty());
        task.cancellation().cancel();

        Expect.failure(
                ErrorKind.CANCELLED, () -> strategy().openExport(request, task).close());
        if (expects(StrategyCapability.DISCOVERY)) {
            Expect.failure(ErrorKind.CANCELLED, () -> strategy().inventory(instance -> {}, task));
        }
        assertNothingLeft(task);
    }

    @Test
    protected void an_export_that_is_cancelled_in_the_middle_leaves_nothing() throws Exception {
        RecordingTaskContext task = task();
        try (ExportSession session = export(task)) {
            task.cancellation().cancel();

            Throwable thrown = catchThrowable(() -> Picture.of(session));

            assertThat(thrown == null
                            || thrown instanceof PluginException failure && failure.kind() == ErrorKind.CANCELLED
                            || Expect.kindWithin(thrown)
                                    .filter(ErrorKind.CANCELLED::equals)
                                    .isPresent())
                    .as("reading goes on or is CANCELLED, but was " + thrown)
                    .isTrue();
        }
        assertNothingLeft(task);
    }

    @Test
    protected void a_token_makes_the_next_export_incremental() throws Exception {
        Optional<ChangeToken> token = commitExport(Optional.empty());
        if (!expects(StrategyCapability.INCREMENTAL)) {
            assertThat(token).as("no token without INCREMENTAL").isEmpty();
            return;
        }
        assertThat(token)
                .hasValueSatisfying(
                        given -> assertThat(given.value()).isNotEmpty().hasSizeLessThanOrEqualTo(65_536));
        changeInstance();

        try (ExportSession session = strategy().openExport(request(instanceId(), token), task())) {
            assertThat(session.fullReadReason()).isEmpty();
        }
        // what was not committed does not count: the token is still good
        try (ExportSession session = strategy().openExport(request(instanceId(), token), task())) {
            assertThat(session.fullReadReason()).isEmpty();
        }
    }

    @Test
    protected void what_a_token_holds_is_gone_once_a_full_export_that_supersedes_it_is_committed() throws Exception {
        Optional<ChangeToken> token = commitExport(Optional.empty());
        RecordingTaskContext task = task();
        ExportRequest anew = new ExportRequest(
                describe(instanceId()),
                Settings.of(type().instanceSchema(), instanceSettings()),
                Optional.empty(),
                token);
        Optional<ChangeToken> next;
        try (ExportSession session = strategy().openExport(anew, task)) {
            assertThat(session.fullReadReason()).as("nobody wanted a part").isEmpty();
            session.readingDone();
            next = session.nextToken();
            session.committed();
        }
        assertNothingLeft(task);
        if (expects(StrategyCapability.INCREMENTAL)) {
            try (ExportSession session = strategy().openExport(request(instanceId(), next), task())) {
                assertThat(session.fullReadReason()).isEmpty();
            }
        }
    }

    @Test
    protected void a_token_that_nobody_knows_is_a_reason_for_a_full_read_and_not_a_failure() throws Exception {
        RecordingTaskContext task = task();
        ChangeToken unknown = new ChangeToken("a-token-that-was-never-given");
        try (ExportSession session = strategy().openExport(request(instanceId(), Optional.of(unknown)), task)) {
            if (expects(StrategyCapability.INCREMENTAL)) {
                assertThat(session.fullReadReason()).hasValueSatisfying(reason -> {
                    assertThat(reason.code()).matches("[A-Z][A-Z0-9_]*");
                    assertThat(reason.message()).isNotBlank();
                });
            }
            assertNothingIsCalledUnchanged(session);
        }
        assertNothingLeft(task);
    }

    @Test
    protected void closing_the_connection_twice_is_harmless() throws Exception {
        Strategy other = connectAgain();
        other.close();
        other.close();
    }
}
