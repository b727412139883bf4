package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineSnapshotsTest {

    private static final String UUID = MachineTest.UUID;
    private static final String DISK = "<disk type='file' device='disk'><driver type='qcow2'/><source file='/i/a'/>"
            + "<target dev='vda'/></disk>";

    private final ScriptedHost host = new ScriptedHost();
    private RecordingTaskContext task;
    private MachineSnapshots snapshots;

    @BeforeEach
    void start(@TempDir Path directory) {
        task = RecordingTaskContext.of("task-1", directory);
        snapshots =
                new MachineSnapshots(Provider.of(host, "qemu:///system", "/scratch", TestPluginContext.in(directory)));
        host.answer("domstats", "state.state=5\n").answer("dumpxml --inactive", definition(DISK));
    }

    private static String definition(String devices) {
        return MachineTest.domain("web", devices);
    }

    private static SnapshotRequest request(String name) {
        return new SnapshotRequest(
                new InstanceDescription(UUID, "web", "machine", -1, Map.of()), Settings.empty(), name, "", false);
    }

    private static PluginException failure(ThrowingCallable call) {
        PluginException failure = catchThrowableOfType(PluginException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private List<String> commandsWith(String word) {
        return host.commands().stream()
                .map(argv -> String.join(" ", argv))
                .filter(line -> line.contains(word))
                .toList();
    }

    @Test
    void a_name_of_any_characters_stays_in_the_description_and_becomes_a_harmless_id() throws Exception {
        host.answer("snapshot-dumpxml", "<domainsnapshot><name>x</name><state>shutoff</state></domainsnapshot>");

        snapshots.create(request("--all; $(reboot) 雪"), task);

        List<String> argv = host.commands().stream()
                .filter(command -> command.contains("snapshot-create-as"))
                .findFirst()
                .orElseThrow();
        assertThat(argv).contains("--description=--all; $(reboot) 雪");
        assertThat(argv)
                .anySatisfy(word -> assertThat(word).matches("--name=holdfast-appliance-1-all-reboot-[0-9a-f]{16}"));
        assertThat(task.journal().recorded()).hasSize(1);
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void what_fails_is_taken_back() {
        host.fail("snapshot-create-as", 1, "error: operation failed: Error while writing VM state: Input/output error");

        PluginException failure = failure(() -> snapshots.create(request("x"), task));

        assertThat(failure.kind()).isEqualTo(ErrorKind.QUOTA);
        assertThat(commandsWith("snapshot-delete")).hasSize(1);
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void what_cannot_be_taken_back_stays_in_the_journal() {
        host.fail("snapshot-create-as", 1, "error: Timed out during operation: cannot acquire state change lock")
                .fail("snapshot-delete", 1, "error: Timed out during operation: cannot acquire state change lock");

        assertThat(failure(() -> snapshots.create(request("x"), task)).kind()).isEqualTo(ErrorKind.TIMEOUT);

        assertThat(task.journal().open()).hasSize(1);
    }

    @Test
    void a_snapshot_that_was_cancelled_meanwhile_is_deleted_again() {
        host.answer("snapshot-create-as", "");
        ScriptedHost cancelling = new ScriptedHost() {
            @Override
            public Output run(List<String> argv, byte[] input, java.time.Duration limit) {
                if (argv.contains("snapshot-create-as")) {
                    task.cancellation().cancel();
                }
                return host.run(argv, input, limit);
            }
        };
        MachineSnapshots slow = new MachineSnapshots(
                Provider.of(cancelling, "qemu:///system", "/scratch", TestPluginContext.in(task.scratchDirectory())));

        assertThat(failure(() -> slow.create(request("x"), task)).kind()).isEqualTo(ErrorKind.CANCELLED);

        assertThat(commandsWith("snapshot-delete")).hasSize(1);
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void whose_a_snapshot_is_is_told_by_its_name() throws Exception {
        host.answer(
                        "snapshot-list",
                        "holdfast-appliance-1-x-0123456789abcdef\nholdfast-appliance-2-x-0123456789abcdef\n--all\n")
                .answer("snapshot-current", "--all\n")
                .answer("--snapshotname=--all", "<domainsnapshot><name>--all</name></domainsnapshot>")
                .answer(
                        "--snapshotname=holdfast-appliance-1",
                        "<domainsnapshot><name>holdfast-appliance-1-x-0123456789abcdef</name><description>mine"
                                + "</description></domainsnapshot>")
                .fail("--snapshotname=holdfast-appliance-2", 1, "error: Domain snapshot not found: no domain snapshot");

        List<SnapshotInfo> found = snapshots.list(UUID);

        assertThat(found).extracting(SnapshotInfo::ours).containsExactly(true, false);
        assertThat(found).extracting(SnapshotInfo::current).containsExactly(false, true);
        assertThat(found).extracting(SnapshotInfo::name).containsExactly("mine", "--all");
    }

    @Test
    void one_that_is_gone_is_deleted_and_one_of_others_is_not() throws Exception {
        host.fail("snapshot-delete", 1, "error: Domain snapshot not found: no domain snapshot with matching name 'x'");
        snapshots.delete(UUID, "holdfast-appliance-1-x-0123456789abcdef");

        assertThat(failure(() -> snapshots.delete(UUID, "holdfast-appliance-2-x-0123456789abcdef"))
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(commandsWith("snapshot-delete")).hasSize(1);
    }
}
