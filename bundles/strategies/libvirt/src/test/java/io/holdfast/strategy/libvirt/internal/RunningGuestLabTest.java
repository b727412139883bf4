package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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

/** A Linux guest that runs and writes while it is backed up through SSH. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class RunningGuestLabTest {

    private static final String NAME = "it's \"a\" $(guest) \u96ea\ud83d\ude00 ";

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private KvmLab lab;
    private Strategy strategy;
    private String guest;
    private Path directory;
    private int tasks;

    @BeforeEach
    void given_a_guest_that_has_started(@TempDir Path temporary) throws Exception {
        directory = temporary;
        lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
        Path image = Files.copy(lab.guest(), lab.images().resolve("guest, with \"odd\" name.qcow2"));
        guest = lab.define((NAME + UUID.randomUUID()).strip(), new KvmLab.Disk("vda", "qcow2", image));
        lab.virsh("start", guest);
        awaitAgent(guest);
        strategy = type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory));
    }

    @AfterEach
    void clear() throws Exception {
        if (strategy != null) {
            strategy.close();
        }
        lab.clear();
    }

    private void awaitAgent(String uuid) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> lab.agent(uuid, "{\"execute\":\"guest-ping\"}")
                .contains("return"));
    }

    private RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    private ExportRequest request(ChangeToken previous, String consistency) throws Exception {
        InstanceDescription instance = strategy.describe(guest, task());
        Settings settings = Settings.of(type.instanceSchema(), Map.of("consistency", List.of(consistency)));
        return new ExportRequest(instance, settings, Optional.ofNullable(previous));
    }

    /** A backup as a vault would make it: what is data is read, what is unchanged comes from the one before. */
    private ChangeToken backup(ChangeToken previous, Path image, RecordingTaskContext task) throws Exception {
        try (ExportSession session = strategy.openExport(request(previous, "agent-required"), task)) {
            assertThat(session.fullReadReason()).isEmpty();
            read(session, image);
            session.readingDone();
            ChangeToken token = session.nextToken().orElseThrow();
            session.committed();
            return token;
        }
    }

    private static long read(ExportSession session, Path image) throws Exception {
        DiskSource disk = (DiskSource) session.sources().get(0);
        long read = 0;
        try (RandomReadable content = disk.open();
                var file = java.nio.channels.FileChannel.open(
                        image, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            if (file.size() == 0) {
                file.write(ByteBuffer.allocate(1), disk.size() - 1);
            }
            for (long at = 0; at < disk.size(); ) {
                for (Extent extent : content.extents(at, disk.size() - at)) {
                    if (extent.state() == Extent.State.DATA) {
                        copy(content, extent, file);
                        read += extent.length();
                    } else if (extent.state() == Extent.State.ZERO) {
                        zero(extent, file);
                    }
                    at = extent.end();
                }
            }
        }
        return read;
    }

    private static void copy(RandomReadable content, Extent extent, java.nio.channels.FileChannel file)
            throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        for (long at = extent.offset(); at < extent.end(); ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), extent.end() - at));
            int n = content.read(at, buffer);
            file.write(buffer.flip(), at);
            at += n;
        }
    }

    private static void zero(Extent extent, java.nio.channels.FileChannel file) throws Exception {
        if (extent.offset() < file.size()) {
            ByteBuffer zeroes = ByteBuffer.allocate((int) Math.min(extent.length(), 64 << 20));
            for (long at = extent.offset(); at < extent.end(); at += zeroes.capacity()) {
                file.write(zeroes.clear().limit((int) Math.min(zeroes.capacity(), extent.end() - at)), at);
            }
        }
    }

    private void writeInGuest(String path, String content) throws Exception {
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

    private String readInGuest(String uuid, String path) throws Exception {
        String opened = lab.agent(
                uuid, "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"" + path + "\",\"mode\":\"r\"}}");
        String handle = opened.replaceAll("\\D", "");
        String said = lab.agent(
                uuid, "{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":" + handle + ",\"count\":4096}}");
        return new String(
                Base64.getDecoder().decode(said.replaceAll("(?s).*\"buf-b64\":\\s*\"([^\"]*)\".*", "$1")),
                StandardCharsets.UTF_8);
    }

    @Test
    void a_machine_restored_from_a_full_and_an_incremental_backup_boots_and_has_what_was_written() throws Exception {
        Path image = directory.resolve("kept.raw");
        RecordingTaskContext first = task();
        ChangeToken full = backup(null, image, first);
        writeInGuest("/data/written-after-the-full-backup", "it is there");
        RecordingTaskContext second = task();
        ChangeToken incremental = backup(full, image, second);
        assertThat(incremental).isNotEqualTo(full);
        assertThat(lab.checkpoints(guest)).as("the old checkpoint went").hasSize(1);
        assertThat(second.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();

        String restored = restore(image);

        assertThat(restored).isNotEqualTo(guest);
        awaitAgent(restored);
        assertThat(readInGuest(restored, "/data/written-after-the-full-backup")).isEqualTo("it is there");
        assertThat(readInGuest(restored, "/data/SUMS")).isEqualTo(readInGuest(guest, "/data/SUMS"));
        assertThat(readInGuest(restored, "/root/boots").strip()).isEqualTo("2");
        assertThat(lab.virsh("dumpxml", restored)).doesNotContain(macOf(guest));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(console())
                .contains("file3:"));
        assertThat(Files.readString(console()))
                .contains("boot 2 of this disk", "file1: OK", "file2: OK", "file3: OK")
                .doesNotContain("FAILED");
        System.out.println("the console of the restored machine:\n" + Files.readString(console()));
        Files.delete(console());
    }

    /** What the restored machine says on its serial port. */
    private Path console() {
        return lab.home().resolve("log").resolve("console-" + guest + ".log");
    }

    /** The definition of the guest, with a serial port that is kept; the lab's own goes nowhere. */
    private String definition() throws Exception {
        return lab.virsh("dumpxml", "--inactive", "--security-info", guest)
                .replaceAll("(?s)<console .*?</console>", "")
                .replace("<serial type='null'>", "<serial type='file'><source path='" + console() + "'/>");
    }

    private String macOf(String uuid) throws Exception {
        return lab.virsh("dumpxml", uuid).replaceAll("(?s).*<mac address='([^']*)'.*", "$1");
    }

    private String restore(Path image) throws Exception {
        InstanceDescription instance = strategy.describe(guest, task());
        Map<String, byte[]> documents =
                Map.of(Documents.DEFINITION, definition().getBytes(StandardCharsets.UTF_8));
        String name = "restored <" + UUID.randomUUID() + "> & 'more'";
        Settings settings = Settings.of(type.restoreSchema(), Map.of("name", List.of(name), "start", List.of("true")));
        RecordingTaskContext task = task();
        try (ImportSession session =
                        strategy.openImport(new ImportRequest(instance, documents, settings, List.of()), task);
                DiskTarget disk = session.openDisk("vda", Files.size(image));
                var file = java.nio.channels.FileChannel.open(image)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 20);
            ByteBuffer zeroes = ByteBuffer.allocate(1 << 20);
            for (long at = 0; at < file.size(); at += block.capacity()) {
                block.clear();
                while (block.hasRemaining() && file.read(block, at + block.position()) > 0) {
                    // until the block is whole
                }
                block.flip();
                if (block.mismatch(zeroes) >= 0) {
                    disk.write(at, block);
                }
            }
            disk.complete();
            assertThat(session.complete()).contains("started");
        }
        assertThat(task.journal().open()).isEmpty();
        String uuid = lab.uuid(name);
        lab.adopt(uuid);
        return uuid;
    }

    @Test
    void an_incremental_backup_reads_a_small_part_only() throws Exception {
        Path image = directory.resolve("kept.raw");
        ChangeToken full = backup(null, image, task());
        writeInGuest("/data/small", "small");

        try (ExportSession session = strategy.openExport(request(full, "agent-if-available"), task())) {
            assertThat(session.fullReadReason()).isEmpty();
            assertThat(read(session, image)).isBetween(1L, 64L << 20);
        }
        assertThat(lab.checkpoints(guest))
                .as("what was not committed is gone, what was committed is there")
                .hasSize(1);
    }

    @Test
    void a_node_that_dies_leaves_nothing_once_its_journal_is_undone() throws Exception {
        RecordingTaskContext dead = task();
        ExportSession abandoned = strategy.openExport(request(null, "agent-required"), dead);
        assertThat(abandoned.sources()).hasSize(1);
        assertThat(lab.hasJob(guest)).isTrue();

        try (Strategy next =
                type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory))) {
            for (SideEffectJournal.Entry entry : dead.journal().open()) {
                next.undo(entry, task());
            }
        }

        assertThat(lab.hasJob(guest)).isFalse();
        assertThat(lab.checkpoints(guest)).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(dead.journal().open()).isEmpty();
        assertThat(lab.agent(guest, "{\"execute\":\"guest-fsfreeze-status\"}")).contains("thawed");
    }

    @Test
    void a_node_that_dies_before_the_machine_is_stopped_leaves_no_bitmap_in_its_image() throws Exception {
        RecordingTaskContext dead = task();
        strategy.openExport(request(null, "crash"), dead);
        lab.virsh("destroy", guest);

        for (SideEffectJournal.Entry entry : dead.journal().open()) {
            strategy.undo(entry, task());
        }

        assertThat(lab.checkpoints(guest)).isEmpty();
        Host.Output info = KvmLab.run(List.of(
                "qemu-img",
                "info",
                "--output=json",
                lab.images().resolve("guest, with \"odd\" name.qcow2").toString()));
        assertThat(info.text()).doesNotContain("\"bitmaps\"");
    }

    @Test
    void the_checkpoint_of_another_program_stays_and_ours_comes_and_goes_beside_it() throws Exception {
        lab.virsh("checkpoint-create-as", guest, "virtnbdbackup.0");
        Path image = directory.resolve("kept.raw");
        ChangeToken full = backup(null, image, task());

        RecordingTaskContext task = task();
        backup(full, image, task);

        assertThat(lab.checkpoints(guest)).hasSize(2).contains("virtnbdbackup.0");
    }

    @Test
    void a_checkpoint_that_somebody_removed_is_a_reason_to_read_everything() throws Exception {
        ChangeToken full = backup(null, directory.resolve("kept.raw"), task());
        lab.virsh("checkpoint-delete", guest, lab.checkpoints(guest).get(0));

        try (ExportSession session = strategy.openExport(request(full, "crash"), task())) {
            assertThat(session.fullReadReason()).map(FullReadReason::code).contains("CHECKPOINT_LOST");
        }
    }

    @Test
    void a_bitmap_that_went_with_a_crash_of_qemu_is_a_reason_to_read_everything_once() throws Exception {
        Path image = directory.resolve("kept.raw");
        ChangeToken full = backup(null, image, task());
        lab.killQemu(guest);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lab.virsh("domstate", guest)
                .equals("shut off"));
        lab.virsh("start", guest);
        awaitAgent(guest);
        ChangeToken again;

        RecordingTaskContext task = task();
        try (ExportSession session = strategy.openExport(request(full, "crash"), task)) {
            assertThat(session.fullReadReason()).map(FullReadReason::code).contains("BITMAP_LOST");
            read(session, image);
            session.readingDone();
            again = session.nextToken().orElseThrow();
            session.committed();
        }

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.checkpoints(guest)).hasSize(1);
        backup(again, image, task());
    }

    @Test
    void a_machine_that_was_stopped_in_between_is_read_whole_and_its_next_backup_is_incremental() throws Exception {
        Path image = directory.resolve("kept.raw");
        ChangeToken running = backup(null, image, task());
        lab.virsh("destroy", guest);
        ChangeToken stopped;
        RecordingTaskContext task = task();
        try (ExportSession session = strategy.openExport(request(running, "crash"), task)) {
            assertThat(session.fullReadReason()).map(FullReadReason::code).contains("MACHINE_STOPPED");
            assertThatThrownBy(() -> lab.virsh("start", guest)).hasMessageContaining("lock");
            read(session, image);
            session.readingDone();
            stopped = session.nextToken().orElseThrow();
            session.committed();
        }
        assertThat(task.journal().open()).isEmpty();
        lab.virsh("start", guest);
        awaitAgent(guest);

        try (ExportSession session = strategy.openExport(request(stopped, "crash"), task())) {
            assertThat(session.fullReadReason()).isEmpty();
        }
    }

    @Test
    void a_guest_agent_that_is_required_and_not_there_fails_the_backup_and_leaves_nothing() throws Exception {
        Path image = lab.image("none.qcow2", "qcow2", "1M");
        String other = lab.define("no guest " + UUID.randomUUID(), new KvmLab.Disk("vda", "qcow2", image));
        lab.virsh("start", other);
        InstanceDescription instance = strategy.describe(other, task());
        Settings settings = Settings.of(type.instanceSchema(), Map.of("consistency", List.of("agent-required")));
        RecordingTaskContext task = task();

        assertThatThrownBy(() -> strategy.openExport(new ExportRequest(instance, settings, Optional.empty()), task))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(lab.checkpoints(other)).isEmpty();
    }

    @Test
    void the_inventory_finds_the_machine_by_its_uuid_under_whatever_name() throws Exception {
        List<InstanceDescription> found = new ArrayList<>();

        strategy.inventory(found::add, task());

        assertThat(found)
                .filteredOn(machine -> machine.externalId().equals(guest))
                .singleElement()
                .satisfies(machine -> {
                    assertThat(machine.name()).startsWith("it's \"a\" $(guest) \u96ea\ud83d\ude00");
                    assertThat(machine.sizeBytes()).isEqualTo(512L << 20);
                    assertThat(machine.labels())
                            .containsEntry("state", "running")
                            .containsEntry("title", "A machine of the lab");
                });
    }
}
