package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.testkit.fake.RecordingTaskContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirshTest {

    private final ScriptedHost host = new ScriptedHost();
    private final Virsh virsh = new Virsh(host, "qemu:///system");

    private static PluginException failureOf(int exit, String err) {
        ScriptedHost failing = new ScriptedHost().fail("virsh", exit, err);
        return Assertions.catchThrowableOfType(
                PluginException.class, () -> new Virsh(failing, "qemu:///system").uuids());
    }

    @Test
    void failures_are_classified_and_say_what_to_do() {
        assertThat(failureOf(127, "sh: virsh: not found"))
                .hasMessageContaining("install")
                .extracting(PluginException::kind)
                .isEqualTo(ErrorKind.INVALID_CONFIG);
        assertThat(failureOf(1, "error: failed to get domain 'x'").kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(failureOf(1, "error: failed to connect to the hypervisor\nerror: Failed to connect socket")
                        .kind())
                .isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(failureOf(1, "error: authentication unavailable: no polkit agent")
                        .kind())
                .isEqualTo(ErrorKind.PERMISSION);
        assertThat(failureOf(1, "error: Timed out during operation: cannot acquire state change lock")
                        .kind())
                .isEqualTo(ErrorKind.TIMEOUT);
        assertThat(failureOf(1, "error: something new\u0007"))
                .hasMessageContaining("host7")
                .hasMessageNotContaining("\u0007");
    }

    @Test
    void the_inventory_names_machines_by_uuid_and_survives_one_that_goes_meanwhile(@TempDir Path scratch)
            throws Exception {
        String gone = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
        host.answer("--uuid", MachineTest.UUID + "\n" + gone + "\n\n")
                .fail(gone, 1, "error: failed to get domain '" + gone + "'")
                .answer("dumpxml", MachineTest.domain("$(reboot) 'x'", MachineTest.DEVICES))
                .answer(
                        "domstats",
                        "Domain: 'x'\n  state.state=5\n  block.count=2\n  block.0.name=vda\n  block.0.capacity=100\n"
                                + "  block.1.name=vdb\n  block.1.capacity=11\n");
        List<InstanceDescription> found = new ArrayList<>();

        new Inventory(new Hosts(List.of(new Hosts.Member(
                        "host7",
                        Provider.of(
                                host,
                                "qemu:///system",
                                "/s",
                                io.holdfast.testkit.fake.TestPluginContext.in(Path.of("/")))))))
                .list(found::add, RecordingTaskContext.of("task", scratch));

        assertThat(found).singleElement().satisfies(machine -> {
            assertThat(machine.externalId()).isEqualTo(MachineTest.UUID);
            assertThat(machine.name()).isEqualTo("$(reboot) 'x'");
            assertThat(machine.sizeBytes()).isEqualTo(111);
            assertThat(machine.labels()).containsEntry("state", "stopped");
        });
        assertThat(host.commands()).allSatisfy(argv -> {
            assertThat(argv).startsWith("env", "LC_ALL=C", "virsh", "-q", "-c", "qemu:///system");
            assertThat(String.join(" ", argv)).doesNotContain("reboot");
        });
    }

    @Test
    void names_of_machines_are_read_as_they_are() throws Exception {
        host.answer("list", MachineTest.UUID + " a  b 'c' \ud83d\ude00\n\n");

        assertThat(virsh.uuidsByName())
                .containsOnlyKeys("a  b 'c' \ud83d\ude00")
                .containsValue(MachineTest.UUID);
    }

    @Test
    void a_checkpoint_of_somebody_else_is_never_deleted() {
        Checkpoints checkpoints = new Checkpoints(virsh, new Commands(host));

        Assertions.assertThatThrownBy(() -> checkpoints.delete(MachineTest.UUID, "virtnbdbackup.0"))
                .isInstanceOf(PluginException.class);
        assertThat(host.commands()).isEmpty();
    }

    /** What virsh says to several commands: it goes on after one that fails, and ends as the last one did. */
    private static ScriptedHost saying(java.util.Map<String, String> answers) {
        return new ScriptedHost() {
            @Override
            public Output run(List<String> argv, byte[] input, java.time.Duration limit) {
                StringBuilder out = new StringBuilder();
                StringBuilder err = new StringBuilder();
                int exit = 0;
                for (String command : argv.get(argv.size() - 1).split("; ")) {
                    String word = command.split(" ")[0];
                    boolean known = answers.containsKey(word);
                    exit = known || word.equals("echo") ? 0 : 1;
                    out.append(word.equals("echo") ? command.substring(5) + "\n" : answers.getOrDefault(word, ""));
                    err.append(exit == 0 ? "" : "error: failed to get domain '" + MachineTest.UUID + "'\n");
                }
                return new Output(
                        exit, out.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), err.toString());
            }
        };
    }

    @Test
    void the_state_of_a_machine_is_asked_for_at_once() throws Exception {
        Virsh several = new Virsh(
                saying(java.util.Map.of(
                        "domstats", "Domain: x\n  state.state=1\n",
                        "dumpxml", "<domain/>\n\n",
                        "checkpoint-list", "one\n two\n\n")),
                "qemu:///system");

        MachineState state = several.state(MachineTest.UUID);

        assertThat(state.stats().active()).isTrue();
        assertThat(state.definition()).startsWith("<domain/>");
        assertThat(state.busy()).isFalse();
        assertThat(state.checkpoints()).containsExactly("one", "two");
    }

    @Test
    void a_machine_that_is_gone_and_checkpoints_that_cannot_be_listed_are_failures() {
        Virsh gone = new Virsh(saying(java.util.Map.of()), "qemu:///system");
        Virsh deaf = new Virsh(
                saying(java.util.Map.of("domstats", "  state.state=1\n", "dumpxml", "<domain/>")), "qemu:///system");

        for (Virsh failing : List.of(gone, deaf)) {
            Assertions.assertThatThrownBy(() -> failing.state(MachineTest.UUID))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                    .hasMessageContaining("cannot read the state");
        }
        Assertions.assertThatThrownBy(() -> gone.batch("dumpxml '; echo'"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_job_asks_for_changes_of_tracked_disks_only() throws Exception {
        Provider provider = new Provider(
                host,
                virsh,
                new Commands(host),
                new ScratchSpace(new Commands(host), "/s"),
                new Checkpoints(virsh, new Commands(host)),
                io.holdfast.testkit.fake.TestPluginContext.in(Path.of("/")),
                new java.security.SecureRandom());
        BackupJob job = new BackupJob(provider, MachineTest.UUID, "/s/hf-0123456789abcdef");

        String xml = Xml.format(
                job.job(List.of("vda", "vdb"), List.of("vda", "vdb", "sda"), java.util.Set.of("vda"), "holdfast-old"));

        assertThat(xml)
                .contains("socket=\"/s/hf-0123456789abcdef/disks.sock\"")
                .contains("incremental=\"holdfast-old\" name=\"vda\"")
                .contains("backupmode=\"full\" name=\"vdb\"")
                .contains("backup=\"no\" name=\"sda\"");
    }

    @Test
    void a_host_without_what_is_needed_to_log_in_is_refused_by_the_name_of_the_setting() {
        LibvirtStrategyType type = new LibvirtStrategyType();
        for (java.util.Map<String, List<String>> given : List.of(
                java.util.Map.<String, List<String>>of("host", List.of("h")),
                java.util.Map.of("host", List.of("h"), "password", List.of("secret7")),
                java.util.Map.of("password", List.of("secret7"), "hostKey", List.of("ssh-ed25519 AAAA")))) {
            Assertions.assertThatThrownBy(() -> type.connect(
                            io.holdfast.spi.settings.Settings.of(type.schema(), given),
                            io.holdfast.testkit.fake.TestPluginContext.in(Path.of("/"))))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                    .hasMessageContaining("setting")
                    .hasMessageNotContaining("secret7");
        }
    }

    @Test
    void a_host_that_is_too_old_or_lacks_a_program_is_told_apart(@TempDir Path scratch) {
        String library = "Using library: libvirt 9.0.0\nUsing API: QEMU 9.0.0\nRunning hypervisor: QEMU ";
        assertThat(test(new ScriptedHost().answer(" version", library + "4.1.0\n"), scratch))
                .hasMessageContaining("4.1")
                .extracting(PluginException::kind)
                .isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(test(
                        new ScriptedHost()
                                .answer(" version", library + "7.2.22\n")
                                .fail("qemu-nbd", 127, "not found"),
                        scratch))
                .hasMessageContaining("qemu-nbd")
                .extracting(PluginException::kind)
                .isEqualTo(ErrorKind.INVALID_CONFIG);
    }

    private static PluginException test(Host host, Path scratch) {
        Provider provider =
                Provider.of(host, "qemu:///system", "/s", io.holdfast.testkit.fake.TestPluginContext.in(Path.of("/")));
        return Assertions.catchThrowableOfType(
                PluginException.class, () -> new HostCheck(provider).run(RecordingTaskContext.of("task", scratch)));
    }
}
