package io.holdfast.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.FakeHypervisor;
import io.holdfast.testkit.fake.FakeHypervisorType;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestPluginContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyStrategyTypeTest {

    private final FakeHypervisor hypervisor = new FakeHypervisor();
    private final byte[] content = TestContents.bytes(1, 8_192);
    private RecordingTaskContext task;

    @TempDir
    Path directory;

    @BeforeEach
    void addMachine() {
        hypervisor.addMachine("web").addDisk("vda", 8_192).write(0, content);
        task = RecordingTaskContext.of("t1", directory);
    }

    private Strategy connect(FaultPlan plan) throws PluginException {
        return new FaultyStrategyType(new FakeHypervisorType(hypervisor), plan)
                .connect(Settings.empty(), TestPluginContext.in(directory));
    }

    private ExportSession export(Strategy strategy) throws PluginException {
        return strategy.openExport(
                new ExportRequest(strategy.describe("web", task), Settings.empty(), Optional.empty()), task);
    }

    private static ByteBuffer read(ExportSession session) throws PluginException {
        try (RandomReadable disk = ((DiskSource) session.sources().get(0)).open()) {
            ByteBuffer buffer = ByteBuffer.allocate(8_192);
            disk.read(0, buffer);
            return buffer.flip();
        }
    }

    @Test
    void connecting_fails_by_plan() {
        FaultPlan plan = FaultPlan.none().on(Operation.CONNECT, 1, new Fault.Fails(ErrorKind.AUTHENTICATION));

        assertThat(catchThrowableOfType(PluginException.class, () -> connect(plan))
                        .kind())
                .isEqualTo(ErrorKind.AUTHENTICATION);
    }

    @Test
    void a_read_fails_by_plan_and_the_next_one_succeeds() throws Exception {
        FaultPlan plan = FaultPlan.none().on(Operation.READ_SOURCE, 2, new Fault.Fails(ErrorKind.UNAVAILABLE));
        try (Strategy strategy = connect(plan);
                ExportSession session = export(strategy)) {
            assertThat(catchThrowableOfType(PluginException.class, () -> read(session))
                            .kind())
                    .isEqualTo(ErrorKind.UNAVAILABLE);
            assertThat(read(session)).isEqualTo(ByteBuffer.wrap(content));
        }
        assertThat(hypervisor.leftovers()).isEmpty();
    }

    @Test
    void one_bit_of_a_read_is_wrong() throws Exception {
        FaultPlan plan = FaultPlan.seeded(3).on(Operation.READ_SOURCE, 2, new Fault.FlipsBit());
        try (Strategy strategy = connect(plan);
                ExportSession session = export(strategy)) {
            assertThat(read(session)).isNotEqualTo(ByteBuffer.wrap(content));
            assertThat(read(session)).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void a_crash_leaves_on_the_provider_what_the_journal_knows() throws Exception {
        FaultPlan plan = FaultPlan.none().from(Operation.READ_SOURCE, 1, new Fault.Crashes(false));
        try (Strategy strategy = connect(plan)) {
            ExportSession session = export(strategy);
            assertThat(catchThrowableOfType(PluginException.class, () -> read(session)))
                    .isNotNull();
            session.close();
            assertThat(hypervisor.leftovers()).isNotEmpty();

            plan.heal();
            for (SideEffectJournal.Entry entry : task.journal().open()) {
                strategy.undo(entry, task);
            }
        }
        assertThat(hypervisor.leftovers()).isEmpty();
    }
}
