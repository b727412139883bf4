package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands before and after the moment in which disks are held still. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class CommandsLabTest {

    private static final String NASTY = "it's $(reboot) \"a\" `b` -x";

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private KvmLab lab;
    private Strategy strategy;
    private String machine;
    private Path directory;
    private int tasks;

    @BeforeEach
    void given_a_machine_that_runs(@TempDir Path temporary) throws Exception {
        directory = temporary;
        lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
        strategy = type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory));
        machine = lab.define(
                "commanded " + UUID.randomUUID(),
                new KvmLab.Disk("vda", "qcow2", lab.image("disk.qcow2", "qcow2", "1M")));
        lab.virsh("start", machine);
    }

    @AfterEach
    void clear() throws Exception {
        if (strategy != null) {
            strategy.close();
        }
        lab.clear();
    }

    private RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    private ExportRequest request(Map<String, List<String>> settings) throws Exception {
        Map<String, List<String>> all = new HashMap<>(settings);
        all.putIfAbsent("consistency", List.of("crash"));
        return new ExportRequest(
                strategy.describe(machine, task()), Settings.of(type.instanceSchema(), all), Optional.empty());
    }

    private void backup(Map<String, List<String>> settings, RecordingTaskContext task) throws Exception {
        try (ExportSession session = strategy.openExport(request(settings), task)) {
            session.readingDone();
        }
        assertThat(task.journal().open()).isEmpty();
    }

    /** A command that notes its arguments, how often the disks were held still, and its environment. */
    private List<String> noting(Path file, String last) {
        String script = "{ printf '%s|' \"$@\"; virsh -q -c '" + lab.uri() + "' backup-dumpxml " + machine
                + " >/dev/null 2>&1 && printf 'held '; printf '%s\\n' \"$HOLDFAST_MACHINE_UUID\"; } >>'" + file + "'; "
                + last;
        return List.of("sh", "-c", script, "sh", NASTY, "", "end");
    }

    @Test
    void commands_run_before_and_after_the_moment_with_their_arguments_as_they_are() throws Exception {
        Path before = directory.resolve("before");
        Path after = directory.resolve("after");

        backup(
                Map.of(
                        "preCommand",
                        noting(before, "exit 0"),
                        "postCommand",
                        noting(after, "exit 3"),
                        "postExitCodes",
                        List.of("0", "3")),
                task());

        assertThat(before).hasContent(NASTY + "||end|" + machine);
        assertThat(after).hasContent(NASTY + "||end|held " + machine);
    }

    @Test
    void an_exit_code_that_is_not_allowed_ends_the_backup_and_the_command_after_runs_all_the_same() throws Exception {
        Path after = directory.resolve("after");
        RecordingTaskContext task = task();

        assertThatThrownBy(() -> backup(
                        Map.of(
                                "preCommand",
                                List.of("sh", "-c", "echo no tables >&2; exit 7"),
                                "postCommand",
                                noting(after, "exit 9")),
                        task))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining("ended with 7")
                .hasMessageContaining("no tables");

        assertThat(after).exists();
        assertThat(task.log().warnings()).anySatisfy(line -> assertThat(line).contains("ended with 9"));
        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.checkpoints(machine)).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
    }

    @Test
    void a_failure_of_the_command_after_ends_the_backup_and_leaves_nothing() throws Exception {
        RecordingTaskContext task = task();

        assertThatThrownBy(() -> backup(Map.of("postCommand", List.of("/no/such/program")), task))
                .hasMessageContaining("ended with 127");

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.hasJob(machine)).isFalse();
        assertThat(lab.checkpoints(machine)).isEmpty();
    }

    @Test
    void a_command_that_takes_too_long_is_ended_and_may_be_a_warning_only() throws Exception {
        RecordingTaskContext task = task();
        Path pid = directory.resolve("pid");

        backup(
                Map.of(
                        "preCommand",
                        List.of("sh", "-c", "echo $$ >'" + pid + "'; exec sleep 600"),
                        "preTimeout",
                        List.of("PT1S"),
                        "preFailure",
                        List.of("warn")),
                task);

        assertThat(task.log().warnings()).anySatisfy(line -> assertThat(line).contains("within 1 s"));
        assertThat(Path.of("/proc", Files.readString(pid).strip())).doesNotExist();
    }

    @Test
    void the_command_after_is_run_by_the_journal_when_a_node_has_died_in_between() throws Exception {
        Path after = directory.resolve("after");
        RecordingTaskContext dead = task();
        // the entry of a node that died right after its command before
        dead.journal()
                .record(
                        SnapshotCommands.JOURNAL,
                        Map.of(
                                "machine",
                                machine,
                                "name",
                                NASTY,
                                "place",
                                "host",
                                "limit",
                                "PT10S",
                                "arguments",
                                "3",
                                "argument0",
                                "touch",
                                "argument1",
                                "--",
                                "argument2",
                                after.toString()));

        for (SideEffectJournal.Entry entry : dead.journal().open()) {
            strategy.undo(entry, task());
        }

        assertThat(after).exists();
        assertThat(dead.journal().open()).isEmpty();
    }

    @Test
    void commands_run_in_a_guest_that_is_reached_by_ssh() throws Exception {
        Map<String, List<String>> host = lab.sshProvider();
        Path before = directory.resolve("before");

        backup(
                Map.of(
                        "commandPlace",
                        List.of("guest-ssh"),
                        "guestHost",
                        List.of("127.0.0.1"),
                        "guestPort",
                        host.get("port"),
                        "guestPrivateKey",
                        host.get("privateKey"),
                        "guestHostKey",
                        host.get("hostKey"),
                        "preCommand",
                        noting(before, "exit 0")),
                task());

        assertThat(before).hasContent(NASTY + "||end|" + machine);
    }

    @Test
    void commands_run_in_the_guest_through_its_agent() throws Exception {
        Path image = Files.copy(lab.guest(), lab.images().resolve("guest.qcow2"));
        machine = lab.define("agent " + UUID.randomUUID(), new KvmLab.Disk("vda", "qcow2", image));
        lab.virsh("start", machine);
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .until(() -> lab.agent(machine, "{\"execute\":\"guest-ping\"}").contains("return"));
        List<String> check =
                List.of("/bin/sh", "-c", "[ \"$1\" = \"$2\" ] || exit 5; sleep 1; exit 4", "sh", NASTY, NASTY);
        RecordingTaskContext task = task();

        backup(
                Map.of(
                        "commandPlace",
                        List.of("guest-agent"),
                        "preCommand",
                        check,
                        "preExitCodes",
                        List.of("4"),
                        "postCommand",
                        List.of("/bin/sh", "-c", "echo sad >&2; exit 6"),
                        "postFailure",
                        List.of("warn"),
                        "consistency",
                        List.of("agent-required")),
                task);

        assertThat(task.log().warnings())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("ended with 6").contains("sad"));
    }

    @Test
    void settings_of_commands_that_do_not_go_together_are_refused() {
        for (Map<String, List<String>> given : List.of(
                Map.of("commandPlace", List.of("guest-ssh"), "preCommand", List.of("x")),
                Map.of("commandPlace", List.of("guest-ssh"), "preCommand", List.of("x"), "guestHost", List.of("h")),
                Map.of("preCommand", List.of(" ", "x")),
                Map.of("preCommand", List.of("x"), "preTimeout", List.of("PT2H")))) {
            assertThatThrownBy(() -> InstanceOptions.of(Settings.of(type.instanceSchema(), given)))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                    .hasMessageContaining("setting");
        }
    }
}
