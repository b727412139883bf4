package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts that see the same images, and a machine that moves between them while it is stopped. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class SeveralHostsLabTest {

    private static Path otherHost;

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private KvmLab one;
    private KvmLab two;
    private String first;
    private String second;
    private Map<String, List<String>> settings;
    private Strategy strategy;
    private String machine;
    private String name;
    private Path directory;
    private int tasks;

    @BeforeAll
    static void given_another_host() throws Exception {
        otherHost = KvmLab.other("start");
    }

    @AfterAll
    static void stop() throws Exception {
        if (otherHost != null) {
            KvmLab.other("stop");
        }
    }

    @BeforeEach
    void given_a_machine_on_the_first_host(@TempDir Path temporary) throws Exception {
        directory = temporary;
        String own = UUID.randomUUID().toString().substring(0, 8);
        one = new KvmLab(own);
        two = new KvmLab(otherHost, own);
        first = "127.0.0.1:" + one.sshProvider().get("port").get(0);
        second = "127.0.0.1:" + two.sshProvider().get("port").get(0);
        settings = new HashMap<>(one.sshProvider());
        settings.remove("port");
        settings.put("host", List.of(first, second));
        settings.put("hostKey", List.of(line(first, one) + "\n" + line(second, two)));
        // both know the first one's key
        Files.copy(
                one.home().resolve("ssh/authorized_keys"),
                two.home().resolve("ssh/authorized_keys"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        strategy = type.connect(Settings.of(type.schema(), settings), TestPluginContext.in(directory));
        Path image = one.image("disk.qcow2", "qcow2", "8M");
        KvmLab.must("qemu-io", "-f", "qcow2", "-c", "write -P 17 1M 1M", image.toString());
        name = "mover " + own;
        machine = one.define(name, new KvmLab.Disk("vda", "qcow2", image));
        one.virsh("start", machine);
    }

    private static String line(String host, KvmLab lab) throws Exception {
        return host.replaceFirst("(.*):", "[$1]:") + " "
                + lab.sshProvider().get("hostKey").get(0);
    }

    @AfterEach
    void clear() throws Exception {
        if (strategy != null) {
            strategy.close();
        }
        two.clear();
        one.clear();
    }

    private RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    private ExportSession export(KeptBackup before, RecordingTaskContext task) throws Exception {
        Settings instance = Settings.of(type.instanceSchema(), Map.of("consistency", List.of("crash")));
        return strategy.openExport(
                new ExportRequest(
                        strategy.describe(machine, task()),
                        instance,
                        Optional.ofNullable(before).flatMap(KeptBackup::token)),
                task);
    }

    private KeptBackup backup(KeptBackup before) throws Exception {
        RecordingTaskContext task = task();
        try (ExportSession session = export(before, task)) {
            assertThat(session.fullReadReason()).isEmpty();
            return KeptBackup.of(strategy.describe(machine, task()), session, before);
        }
    }

    /** As by {@code virsh migrate --offline}. */
    private void moveToTheSecondHost() throws Exception {
        one.virsh("destroy", machine);
        Path xml = directory.resolve("moving.xml");
        Files.writeString(xml, one.virsh("dumpxml", "--inactive", "--security-info", machine));
        one.virsh("undefine", "--checkpoints-metadata", machine);
        two.virsh("define", xml.toString());
        two.adopt(machine);
        two.virsh("start", machine);
    }

    private List<InstanceDescription> inventory() throws Exception {
        List<InstanceDescription> found = new ArrayList<>();
        strategy.inventory(found::add, task());
        return found.stream().filter(i -> i.externalId().equals(machine)).toList();
    }

    @Test
    void a_machine_that_moved_with_its_bitmaps_is_the_same_and_goes_on_incrementally() throws Exception {
        strategy.test(task());
        assertThat(inventory()).singleElement().satisfies(i -> assertThat(i.labels())
                .containsEntry("host", first));
        KeptBackup full = backup(null);
        one.writeInto(machine, 3 << 20, 4096, 71);
        moveToTheSecondHost();
        two.writeInto(machine, 5 << 20, 4096, 72);
        assertThat(inventory()).singleElement().satisfies(i -> assertThat(i.labels())
                .containsEntry("host", second));

        KeptBackup incremental = backup(full);

        assertThat(incremental.read()).isBetween(1L, 2 * 65_536L);
        assertThat(incremental.disks().get("vda")[3 << 20]).isEqualTo((byte) 71);
        assertThat(incremental.disks().get("vda")[5 << 20]).isEqualTo((byte) 72);
        assertThat(two.checkpoints(machine)).hasSize(1);
        assertThat(two.scratchFiles()).isEmpty();
        backup(incremental);
    }

    @Test
    void a_machine_that_moved_without_its_bitmaps_is_read_whole_and_the_reason_is_the_move() throws Exception {
        KeptBackup full = backup(null);
        String bitmap = one.checkpoints(machine).get(0);
        one.virsh("destroy", machine);
        KvmLab.must(
                "qemu-img",
                "bitmap",
                "--remove",
                one.images().resolve("disk.qcow2").toString(),
                bitmap);
        one.virsh("start", machine);
        moveToTheSecondHost();

        RecordingTaskContext task = task();
        try (ExportSession session = export(full, task)) {
            assertThat(session.fullReadReason()).map(FullReadReason::code).contains("MIGRATED");
        }
        assertThat(task.journal().open()).isEmpty();
        assertThat(two.scratchFiles()).isEmpty();
    }

    @Test
    void a_machine_that_both_hosts_have_is_the_one_that_runs_and_what_died_is_undone_where_it_was() throws Exception {
        RecordingTaskContext dead = task();
        export(null, dead);
        assertThat(one.hasJob(machine)).isTrue();
        Path xml = directory.resolve("copy.xml");
        Files.writeString(xml, one.virsh("dumpxml", "--inactive", machine));
        two.virsh("define", xml.toString());
        two.adopt(machine);

        assertThat(inventory()).singleElement().satisfies(i -> assertThat(i.labels())
                .containsEntry("host", first));
        for (SideEffectJournal.Entry entry : dead.journal().open()) {
            strategy.undo(entry, task());
        }

        assertThat(one.hasJob(machine)).isFalse();
        assertThat(one.checkpoints(machine)).isEmpty();
        assertThat(one.scratchFiles()).isEmpty();
        backup(null);
    }

    @Test
    void a_machine_is_restored_to_the_host_that_was_chosen_and_overwritten_where_it_is() throws Exception {
        KeptBackup full = backup(null);
        Settings choices =
                Settings.of(type.restoreSchema(), Map.of("name", List.of(name + " 2"), "host", List.of(second)));
        try (ImportSession session = strategy.openImport(full.request(choices), task())) {
            full.writeTo(session);
            assertThat(session.complete()).contains(second);
        }
        two.adopt(two.uuid(name + " 2"));
        assertThat(one.uuid(name + " 2")).isEmpty();

        Settings over =
                Settings.of(type.restoreSchema(), Map.of("name", List.of(name + " 2"), "overwrite", List.of("true")));
        try (ImportSession session = strategy.openImport(full.request(over), task())) {
            full.writeTo(session);
            assertThat(session.complete()).contains("replaced").contains(second);
        }
        Settings nowhere = Settings.of(type.restoreSchema(), Map.of("host", List.of("kvm9")));
        assertThatThrownBy(() -> strategy.openImport(full.request(nowhere), task()))
                .hasMessageContaining("kvm9")
                .hasMessageContaining(second);
    }

    @Test
    void a_host_that_does_not_answer_fails_the_inventory_and_not_the_backup_of_what_runs_elsewhere() throws Exception {
        settings.put("host", List.of(first, "127.0.0.1:1"));
        settings.put("hostKey", List.of(line(first, one) + "\n" + line("127.0.0.1:1", two)));
        strategy.close();
        strategy = type.connect(Settings.of(type.schema(), settings), TestPluginContext.in(directory));

        assertThatThrownBy(this::inventory)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("127.0.0.1:1");
        backup(null);
        one.virsh("destroy", machine);
        assertThatThrownBy(() -> backup(null))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("may be running");
    }

    @Test
    void a_host_without_a_public_key_is_refused() {
        settings.put("hostKey", List.of(settings.get("hostKey").get(0).split("\n")[0]));

        assertThatThrownBy(() -> type.connect(Settings.of(type.schema(), settings), TestPluginContext.in(directory)))
                .hasMessageContaining(second)
                .hasMessageContaining("setting hostKey");
    }
}
