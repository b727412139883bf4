package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotControl;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a Linux guest that runs, through SSH. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class SnapshotLabTest {

    private static final String NAME = "before the \"upgrade\"; $(reboot) 雪";

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private KvmLab lab;
    private Strategy strategy;
    private SnapshotControl control;
    private String guest;
    private Path image;
    private Path directory;
    private int tasks;

    @BeforeEach
    void given_a_guest_that_has_started(@TempDir Path temporary) throws Exception {
        directory = temporary;
        lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
        image = Files.copy(lab.guest(), lab.images().resolve("guest.qcow2"));
        guest = lab.define("snapshots " + UUID.randomUUID(), new KvmLab.Disk("vda", "qcow2", image));
        lab.virsh("start", guest);
        awaitAgent();
        strategy = type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory));
        control = (SnapshotControl) strategy;
    }

    @AfterEach
    void clear() throws Exception {
        if (strategy != null) {
            strategy.close();
        }
        lab.clear();
    }

    private void awaitAgent() {
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> lab.agent(guest, "{\"execute\":\"guest-ping\"}")
                .contains("return"));
    }

    private RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    private InstanceDescription machine() throws Exception {
        return strategy.describe(guest, task());
    }

    private SnapshotInfo take(String name) throws Exception {
        RecordingTaskContext task = task();
        SnapshotInfo made =
                control.create(new SnapshotRequest(machine(), Settings.empty(), name, "why\tnot <'&\">", false), task);
        assertThat(task.journal().open()).isEmpty();
        return made;
    }

    private List<SnapshotInfo> listed() throws Exception {
        return control.list(machine(), task());
    }

    private void revert(SnapshotInfo snapshot) throws Exception {
        control.revert(machine(), snapshot, task());
    }

    private static PluginException failure(ThrowingCallable call) {
        PluginException failure = catchThrowableOfType(PluginException.class, call);
        assertThat(failure).as("a failure").isNotNull();
        return failure;
    }

    private ExportSession export(ChangeToken previous) throws Exception {
        return strategy.openExport(
                new ExportRequest(machine(), Settings.empty(), Optional.ofNullable(previous)), task());
    }

    private ChangeToken backup(ChangeToken previous, String reason) throws Exception {
        try (ExportSession session = export(previous)) {
            assertThat(session.fullReadReason().map(FullReadReason::code).orElse(""))
                    .isEqualTo(reason);
            session.readingDone();
            ChangeToken token = session.nextToken().orElseThrow();
            session.committed();
            return token;
        }
    }

    private void write(String path, String content) throws Exception {
        String opened = lab.agent(
                guest, "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"" + path + "\",\"mode\":\"w\"}}");
        String handle = opened.replaceAll("\\D", "");
        String base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        lab.agent(
                guest,
                "{\"execute\":\"guest-file-write\",\"arguments\":{\"handle\":" + handle + ",\"buf-b64\":\"" + base64
                        + "\"}}");
        lab.agent(guest, "{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":" + handle + "}}");
    }

    private String read(String path) throws Exception {
        String opened = lab.agent(
                guest, "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"" + path + "\",\"mode\":\"r\"}}");
        String handle = opened.replaceAll("\\D", "");
        String said = lab.agent(
                guest, "{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":" + handle + ",\"count\":4096}}");
        lab.agent(guest, "{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":" + handle + "}}");
        return new String(
                Base64.getDecoder().decode(said.replaceAll("(?s).*\"buf-b64\":\\s*\"([^\"]*)\".*", "$1")),
                StandardCharsets.UTF_8);
    }

    private String state() throws Exception {
        return lab.virsh("domstate", guest);
    }

    @Test
    void a_running_guest_goes_back_and_on_without_a_boot_and_its_backups_go_on_too() throws Exception {
        write("/data/note", "before");
        ChangeToken first = backup(null, "");
        SnapshotInfo made = take(NAME);
        assertThat(listed()).containsExactly(made);
        assertThat(made.name()).isEqualTo(NAME);
        assertThat(made.description()).isEqualTo("why\tnot <'&\">");
        assertThat(made.consistency()).isEqualTo(SnapshotConsistency.MEMORY);
        assertThat(made.current()).isTrue();
        write("/data/note", "after");
        ChangeToken second = backup(first, "");

        revert(made);

        assertThat(state()).isEqualTo("running");
        awaitAgent();
        assertThat(read("/data/note")).isEqualTo("before");
        assertThat(read("/root/boots").strip()).isEqualTo("1");
        assertThat(lab.checkpoints(guest))
                .as("checkpoints that count what did not happen")
                .isEmpty();

        ChangeToken third = backup(second, "SNAPSHOT_REVERTED");
        assertThat(lab.virsh("dumpxml", "--inactive", guest)).doesNotContain("reverted");
        backup(third, "");
        control.delete(machine(), made, task());
        assertThat(listed()).isEmpty();
        assertThat(lab.checkpoints(guest)).hasSize(1);
    }

    @Test
    void a_stopped_machine_goes_back_and_its_next_backup_says_why_it_reads_everything() throws Exception {
        lab.virsh("destroy", guest);
        SnapshotInfo made = take("stopped");
        assertThat(made.consistency()).isEqualTo(SnapshotConsistency.APPLICATION);
        lab.virsh("start", guest);
        awaitAgent();
        ChangeToken running = backup(null, "");
        lab.virsh("destroy", guest);
        KvmLab.must("qemu-io", "-f", "qcow2", "-c", "write -P 7 511M 64k", image.toString());

        revert(made);

        assertThat(state()).isEqualTo("shut off");
        KvmLab.must("qemu-io", "-f", "qcow2", "-c", "read -P 0 511M 64k", image.toString());
        ChangeToken stopped = backup(running, "SNAPSHOT_REVERTED");
        lab.virsh("start", guest);
        awaitAgent();
        backup(stopped, "MACHINE_WAS_STOPPED");
    }

    @Test
    void a_snapshot_of_a_stopped_machine_costs_our_checkpoint_and_not_that_of_another_program() throws Exception {
        ChangeToken running = backup(null, "");
        lab.virsh("destroy", guest);

        take("stopped");

        assertThat(lab.checkpoints(guest)).isEmpty();
        lab.virsh("start", guest);
        awaitAgent();
        lab.virsh("checkpoint-create-as", guest, "virtnbdbackup.0");
        backup(running, "CHECKPOINT_LOST");
        lab.virsh("destroy", guest);
        PluginException failure = failure(() -> take("refused"));
        assertThat(failure.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(failure).hasMessageContaining("virtnbdbackup.0");
        assertThat(lab.checkpoints(guest)).hasSize(2);
    }

    @Test
    void a_machine_with_checkpoints_of_another_program_is_left_running() throws Exception {
        SnapshotInfo made = take("ours");
        lab.virsh("checkpoint-create-as", guest, "virtnbdbackup.0");
        ChangeToken token = backup(null, "");

        PluginException failure = failure(() -> revert(made));

        assertThat(failure.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(failure).hasMessageContaining("virtnbdbackup.0").hasMessageContaining("left as it is");
        assertThat(state()).isEqualTo("running");
        assertThat(lab.checkpoints(guest)).hasSize(2);
        backup(token, "");
    }

    @Test
    void a_bitmap_of_another_program_in_an_image_is_no_reason_to_destroy_it() throws Exception {
        SnapshotInfo made = take("ours");
        lab.virsh("destroy", guest);
        KvmLab.must("qemu-img", "bitmap", "--add", image.toString(), "their bitmap");

        PluginException failure = failure(() -> revert(made));

        assertThat(failure.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(failure).hasMessageContaining("their bitmap");
    }

    @Test
    void bitmaps_that_a_crash_of_qemu_has_damaged_do_not_keep_a_machine_from_going_back() throws Exception {
        write("/data/note", "before");
        SnapshotInfo made = take("before the crash");
        ChangeToken token = backup(null, "");
        lab.virsh("destroy", guest); // writes the bitmap
        lab.virsh("start", guest);
        awaitAgent();
        write("/data/note", "after");
        lab.killQemu(guest);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> state().equals("shut off"));
        lab.virsh("start", guest);
        awaitAgent();

        revert(made);

        awaitAgent();
        assertThat(read("/data/note")).isEqualTo("before");
        assertThat(lab.checkpoints(guest)).isEmpty();
        backup(token, "SNAPSHOT_REVERTED");
    }

    @Test
    void what_others_made_is_listed_and_never_deleted() throws Exception {
        lab.virsh("snapshot-create-as", guest, "by hand", "their reason");
        TestPluginContext other = TestPluginContext.in(directory).ofAppliance("appliance-2");
        try (Strategy second = type.connect(Settings.of(type.schema(), lab.sshProvider()), other)) {
            ((SnapshotControl) second)
                    .create(
                            new SnapshotRequest(machine(), Settings.empty(), "of another appliance", "", false),
                            task());
        }

        assertThat(listed()).hasSize(2).noneMatch(SnapshotInfo::ours);
        assertThat(listed().get(0).description()).isEqualTo("their reason");
        for (SnapshotInfo foreign : listed()) {
            PluginException failure = failure(() -> control.delete(machine(), foreign, task()));
            assertThat(failure.kind()).isEqualTo(ErrorKind.CONFLICT);
        }
        assertThat(listed()).hasSize(2);
        revert(listed().get(0));
        assertThat(state()).isEqualTo("running");
    }

    @Test
    void an_external_snapshot_of_another_program_is_listed_and_refused() throws Exception {
        lab.virsh("snapshot-create-as", guest, "external", "--disk-only");
        SnapshotInfo external = listed().get(0);
        assertThat(external.consistency()).isEqualTo(SnapshotConsistency.CRASH);

        PluginException failure = failure(() -> revert(external));

        assertThat(failure.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(state()).isEqualTo("running");
    }

    @Test
    void a_machine_with_a_raw_disk_or_a_uefi_firmware_is_told_what_to_do() throws Exception {
        Path raw = lab.image("raw.img", "raw", "1M");
        Path own = lab.image("own.qcow2", "qcow2", "1M");
        String mixed = lab.define(
                "mixed " + UUID.randomUUID(), new KvmLab.Disk("vda", "qcow2", own), new KvmLab.Disk("vdb", "raw", raw));
        PluginException failure = failure(() -> control.create(strategy.describe(mixed, task()), "x", task()));
        assertThat(failure.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("vdb (raw)").hasMessageNotContaining("vda");

        lab.virsh("destroy", guest);
        Path xml = directory.resolve("uefi.xml");
        Files.writeString(
                xml,
                lab.virsh("dumpxml", "--inactive", guest)
                        .replaceFirst(
                                "</os>",
                                "<loader readonly='yes' type='pflash'>" + own + "</loader></os>"
                                        + "<features><acpi/></features>")
                        .replaceFirst("(?s)<features>\\s*</features>", ""));
        lab.virsh("define", xml.toString());
        PluginException uefi = failure(() -> take("x"));
        assertThat(uefi.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(uefi).hasMessageContaining("UEFI");
        assertThat(listed()).isEmpty();
    }

    @Test
    void a_snapshot_for_which_there_is_no_room_is_refused_before_it_fills_the_storage() throws Exception {
        lab.virsh("destroy", guest);
        String small = lab.smallFileSystem("64M");
        lab.onHost("cp", image.toString(), small + "/guest.qcow2");
        Path xml = directory.resolve("small.xml");
        Files.writeString(
                xml, lab.virsh("dumpxml", "--inactive", guest).replace(image.toString(), small + "/guest.qcow2"));
        lab.virsh("define", xml.toString());
        lab.virsh("start", guest);

        PluginException failure = failure(() -> take("too large"));

        assertThat(failure.kind()).isEqualTo(ErrorKind.QUOTA);
        assertThat(failure).hasMessageContaining("192 MiB");
        assertThat(listed()).isEmpty();
        assertThat(state()).isEqualTo("running");
    }
}
