package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.strategy.BootReport;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.InstantRecovery;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.InstantSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Linux guest that runs from a backup: its disk is in this process, as in a node. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class InstantRecoveryLabTest {

    private static final Pattern HANDLE = Pattern.compile("\"return\":\\s*(\\d+)");
    private static final Pattern CONTENT = Pattern.compile("\"buf-b64\":\\s*\"([^\"]*)\"");

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private final String name = "instant \u96ea " + UUID.randomUUID();
    private KvmLab lab;
    private Path directory;
    private Path node;
    private RecordingTaskContext task;
    private FileChannel backup;
    private String definition;
    private Strategy strategy;
    private InstantSession session;
    private volatile boolean slow;

    @BeforeEach
    void given_a_backup_of_a_guest_that_is_gone(@TempDir Path temporary) throws Exception {
        directory = temporary;
        node = Files.createDirectory(directory.resolve("node"));
        lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
        Path image = lab.images().resolve("original.qcow2");
        String uuid = lab.define(
                "original " + name,
                new KvmLab.Disk("vda", "qcow2", image),
                new KvmLab.Disk("vdb", "raw", lab.images().resolve("original.raw")));
        definition = lab.virsh("dumpxml", uuid);
        lab.virsh("undefine", uuid);
        Path raw = directory.resolve("backup.raw");
        KvmLab.must("qemu-img", "convert", "-O", "raw", lab.guest().toString(), raw.toString());
        backup = FileChannel.open(raw);
        task = RecordingTaskContext.of("task-1", Files.createDirectory(directory.resolve("scratch")));
    }

    @AfterEach
    void clear() throws Exception {
        if (session != null) {
            session.close();
        }
        if (strategy != null) {
            strategy.close();
        }
        String left = lab.uuid(name);
        if (!left.isEmpty()) {
            lab.adopt(left);
        }
        lab.clear();
        backup.close();
    }

    private final class Disk implements RandomReadable {
        @Override
        public long size() {
            try {
                return backup.size();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public int read(long offset, ByteBuffer target) throws PluginException {
            if (slow) {
                pass(50);
            }
            try {
                return backup.read(target, offset);
            } catch (IOException e) {
                throw new PluginException(ErrorKind.UNAVAILABLE, "the test's file cannot be read", e);
            }
        }

        @Override
        public void close() {
            // open as long as the test
        }
    }

    private static final class Zeroes implements RandomReadable {
        @Override
        public long size() {
            return 16 << 20;
        }

        @Override
        public List<Extent> extents(long offset, long length) {
            return List.of(new Extent(offset, length, Extent.State.ZERO));
        }

        @Override
        public int read(long offset, ByteBuffer target) {
            int length = target.remaining();
            target.put(new byte[length]);
            return length;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static void pass(long millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void connect(String connection) throws Exception {
        Map<String, List<String>> provider = connection.equals("local") ? lab.localProvider() : lab.sshProvider();
        strategy = type.connect(Settings.of(type.schema(), provider), TestPluginContext.in(directory));
    }

    private void open(String connection, String... more) throws Exception {
        connect(connection);
        Map<String, List<String>> settings = new HashMap<>(Map.of("name", List.of(name)));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], List.of(more[i + 1]));
        }
        InstantRequest request = request(Settings.of(type.instantSchema(), settings));
        session = ((InstantRecovery) strategy).openInstant(request, task);
    }

    private BootReport prove(Map<String, List<String>> checks) throws Exception {
        InstantRequest request = request(Settings.of(type.proofSchema(), checks));
        return ((InstantRecovery) strategy).prove(request, task);
    }

    private InstantRequest request(Settings settings) {
        return new InstantRequest(
                new InstanceDescription("original", "original", "machine", -1, Map.of()),
                Map.of(Documents.DEFINITION, definition.getBytes(StandardCharsets.UTF_8)),
                settings,
                "backup-1",
                new java.util.TreeMap<>(Map.of("vda", new Disk(), "vdb", new Zeroes())),
                node,
                task.journal().open());
    }

    /** What a node that stops leaves, and one that dies: only the memory of this process is lost. */
    private void nodeGoes() {
        session.close();
        session = null;
        strategy.close();
    }

    private String machine() throws Exception {
        return lab.uuid(name);
    }

    private void awaitAgent() throws Exception {
        awaitAgent(machine());
    }

    private void awaitAgent(String uuid) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> lab.agent(uuid, "{\"execute\":\"guest-ping\"}")
                .contains("return"));
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private String agent(String command, String arguments) throws Exception {
        return lab.agent(machine(), "{\"execute\":\"" + command + "\",\"arguments\":{" + arguments + "}}");
    }

    private void writeInGuest(String path, String content) throws Exception {
        String handle = found(HANDLE, agent("guest-file-open", "\"path\":\"" + path + "\",\"mode\":\"w\""));
        String base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        agent("guest-file-write", "\"handle\":" + handle + ",\"buf-b64\":\"" + base64 + "\"");
        agent("guest-file-flush", "\"handle\":" + handle);
        agent("guest-file-close", "\"handle\":" + handle);
    }

    private String readInGuest(String path) throws Exception {
        String handle = found(HANDLE, agent("guest-file-open", "\"path\":\"" + path + "\",\"mode\":\"r\""));
        String said = agent("guest-file-read", "\"handle\":" + handle + ",\"count\":4096");
        return new String(Base64.getDecoder().decode(found(CONTENT, said)), StandardCharsets.UTF_8);
    }

    /** Freezing writes everything to the disk. */
    private void sync() throws Exception {
        assertThat(agent("guest-fsfreeze-freeze", "")).contains("return");
        assertThat(agent("guest-fsfreeze-thaw", "")).contains("return");
    }

    private void nothingIsLeft() throws Exception {
        assertThat(machine()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(lab.imageFiles()).isEmpty();
        assertThat(task.journal().open()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "ssh"})
    void a_machine_runs_from_a_backup_outlives_the_node_and_is_moved_while_it_runs(String connection) throws Exception {
        open(connection);
        awaitAgent();
        writeInGuest("/data/kept", "written before the node went");

        nodeGoes();
        Awaitility.await("the guest, which writes once a second, is halted")
                .atMost(Duration.ofSeconds(30))
                .until(() -> lab.virsh("domstate", machine()).equals("paused"));
        open(connection);
        Awaitility.await("the guest goes on").atMost(Duration.ofSeconds(30)).until(() -> {
            session.tend();
            return lab.agent(machine(), "{\"execute\":\"guest-ping\"}").contains("return");
        });
        assertThat(readInGuest("/data/kept")).isEqualTo("written before the node went");

        assertThat(session.move()).contains("2 images").contains("while it ran");
        nodeGoes();

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(lab.virsh("dumpxml", machine())).doesNotContain("nbd");
        assertThat(lab.virsh("dumpxml", "--inactive", machine()))
                .doesNotContain("nbd")
                .doesNotContain("writethrough");
        assertThat(readInGuest("/data/kept")).isEqualTo("written before the node went");
        writeInGuest("/data/after", "and it goes on without the node");
        sync();
        lab.virsh("destroy", machine());
        lab.virsh("start", machine());
        awaitAgent();
        assertThat(readInGuest("/data/after")).isEqualTo("and it goes on without the node");
        assertThat(readInGuest("/data/kept")).isEqualTo("written before the node went");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "ssh"})
    void what_is_discarded_leaves_nothing(String connection) throws Exception {
        open(connection, "network", "none");
        assertThat(lab.virsh("dumpxml", machine())).doesNotContain("<interface");
        assertThat(session.place()).contains(name).contains("from the backup");

        session.discard();

        nothingIsLeft();
    }

    @Test
    void what_a_node_left_that_never_came_back_is_removed_by_the_journal() throws Exception {
        open("ssh");
        nodeGoes();
        open("local");
        session.close();

        for (var entry : task.journal().open()) {
            strategy.undo(entry, task);
        }

        nothingIsLeft();
    }

    @Test
    void a_node_that_dies_during_the_move_takes_the_machine_up_again_and_moves_it() throws Exception {
        open("ssh");
        awaitAgent();
        writeInGuest("/data/kept", "before the move");
        slow = true;
        CompletableFuture<Void> moving = CompletableFuture.runAsync(() -> {
            try {
                session.move();
            } catch (PluginException e) {
                throw new CompletionException(e);
            }
        });
        Awaitility.await("copies").atMost(Duration.ofSeconds(30)).until(() -> lab.virsh("dumpxml", machine())
                .contains("<mirror"));
        strategy.close(); // nothing can be cleaned up any more, as if the node were dead
        session.close();
        slow = false;
        assertThatThrownBy(moving::join).hasCauseInstanceOf(PluginException.class);
        assertThat(task.journal().open()).hasSize(2);

        open("ssh");
        Awaitility.await("the guest goes on").atMost(Duration.ofSeconds(60)).until(() -> {
            session.tend();
            return lab.agent(machine(), "{\"execute\":\"guest-ping\"}").contains("return");
        });
        assertThat(lab.virsh("dumpxml", machine())).doesNotContain("<mirror");
        assertThat(lab.imageFiles()).isEmpty();
        session.move();

        assertThat(readInGuest("/data/kept")).isEqualTo("before the move");
        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
    }

    @Test
    void a_machine_that_cannot_be_moved_runs_on_from_the_backup() throws Exception {
        open("local", "targetDirectory", lab.images().resolve("missing").toString());
        awaitAgent();

        assertThatThrownBy(() -> session.move()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.NOT_FOUND));

        writeInGuest("/data/kept", "all the same");
        Files.createDirectory(lab.images().resolve("missing"));
        session.move();
        assertThat(readInGuest("/data/kept")).isEqualTo("all the same");
    }

    @Test
    void a_move_is_cancelled_and_leaves_the_machine_where_it_was() throws Exception {
        open("local");
        awaitAgent();
        task.cancellation().cancel();

        assertThatThrownBy(() -> session.move()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CANCELLED));

        assertThat(lab.imageFiles()).isEmpty();
        assertThat(lab.agent(machine(), "{\"execute\":\"guest-ping\"}")).contains("return");
        session.discard();
        nothingIsLeft();
    }

    @Test
    void a_machine_that_was_shut_down_is_moved_too() throws Exception {
        open("local");
        awaitAgent();
        writeInGuest("/data/kept", "before the shutdown");
        sync();
        lab.virsh("destroy", machine());

        assertThat(session.move()).contains("stopped");

        assertThat(lab.virsh("domstate", machine())).isEqualTo("shut off");
        lab.virsh("start", machine());
        awaitAgent();
        assertThat(readInGuest("/data/kept")).isEqualTo("before the shutdown");
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void a_machine_that_boots_proves_its_backup_and_leaves_nothing() throws Exception {
        connect("ssh");

        BootReport report = prove(Map.of("command", List.of("/bin/sh", "-c", "test -f /data/SUMS && echo \"it's\"")));

        assertThat(report.message()).contains("the guest agent answers", "the command ended with 0");
        assertThat(report.good()).isTrue();
        assertThat(report.console()).isNotEmpty();
        nothingIsLeft();
    }

    @Test
    void a_machine_that_does_not_pass_is_reported_and_leaves_nothing() throws Exception {
        connect("local");

        BootReport failed = prove(Map.of("command", List.of("/bin/sh", "-c", "exit 7")));
        assertThat(failed.good()).isFalse();
        assertThat(failed.message()).contains("ended with 7");
        nothingIsLeft();

        KvmLab.must("rm", "-rf", node.toString());
        Files.createDirectory(node);
        BootReport late = prove(Map.of("timeLimit", List.of("10"), "consoleText", List.of("no machine says that")));
        assertThat(late.good()).isFalse();
        assertThat(late.message()).contains("the console does not show the text");
        nothingIsLeft();
    }

    @Test
    void a_machine_that_is_proven_has_nothing_that_leads_out_of_it() throws Exception {
        connect("local");
        InstantRequest request = request(Settings.of(type.proofSchema(), Map.of()));
        InstantPlan plan = new InstantPlan("proof", UUID.randomUUID().toString(), "/s/hf-0", "", Map.of("vda", "/i"));

        String xml = InstantDefinition.isolated(request, plan);

        assertThat(xml)
                .contains("org.qemu.guest_agent.0", "/s/hf-0/console.log", "/s/hf-0/0.sock")
                .doesNotContain("<interface")
                .doesNotContain("<graphics")
                .doesNotContain("<filesystem")
                .doesNotContain("<hostdev")
                .doesNotContain("original");
    }

    @Test
    void the_guest_answers_soon() throws Exception {
        Path image = Files.copy(lab.guest(), lab.images().resolve("local.qcow2"));
        String local = lab.define("local " + name, new KvmLab.Disk("vda", "qcow2", image));
        for (int i = 0; i < 2; i++) {
            long begun = System.nanoTime();
            lab.virsh("start", local);
            awaitAgent(local);
            System.out.println("local image: " + millisSince(begun) + " ms");
            lab.virsh("destroy", local);
            for (String connection : List.of("local", "ssh")) {
                begun = System.nanoTime();
                open(connection);
                long opened = millisSince(begun);
                awaitAgent();
                System.out.println("from the backup, " + connection + ": " + millisSince(begun) + " ms, of which "
                        + opened + " ms until it was started");
                session.discard();
                nodeGoes();
                KvmLab.must("rm", "-rf", node.toString());
                Files.createDirectory(node);
            }
        }
    }

    private static long millisSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    @Test
    void a_name_that_is_taken_is_refused_before_anything_is_made() throws Exception {
        String taken =
                lab.define(name, new KvmLab.Disk("vda", "qcow2", lab.images().resolve("none.qcow2")));

        assertThatThrownBy(() -> open("local")).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.ALREADY_EXISTS));

        assertThat(lab.virsh("domstate", taken)).isEqualTo("shut off");
        assertThat(task.journal().open()).isEmpty();
    }
}
