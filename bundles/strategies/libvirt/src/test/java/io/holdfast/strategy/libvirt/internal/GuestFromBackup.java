package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Linux guest that runs from a backup: its disk is in this process, as in a node. */
@NullUnmarked
abstract class GuestFromBackup {

    private static final Pattern HANDLE = Pattern.compile("\"return\":\\s*(\\d+)");
    private static final Pattern CONTENT = Pattern.compile("\"buf-b64\":\\s*\"([^\"]*)\"");

    final LibvirtStrategyType type = new LibvirtStrategyType();
    final String name = "instant \u96ea " + UUID.randomUUID();
    KvmLab lab;
    Path directory;
    Path node;
    RecordingTaskContext task;
    FileChannel backup;
    String definition;
    Strategy strategy;
    InstantSession session;
    volatile boolean slow;

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

    static void pass(long millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    void connect(String connection) throws Exception {
        Map<String, List<String>> provider = connection.equals("local") ? lab.localProvider() : lab.sshProvider();
        strategy = type.connect(Settings.of(type.schema(), provider), TestPluginContext.in(directory));
    }

    void open(String connection, String... more) throws Exception {
        connect(connection);
        Map<String, List<String>> settings = new HashMap<>(Map.of("name", List.of(name)));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], List.of(more[i + 1]));
        }
        InstantRequest request = request(Settings.of(type.instantSchema(), settings));
        session = ((InstantRecovery) strategy).openInstant(request, task);
    }

    BootReport prove(Map<String, List<String>> checks) throws Exception {
        InstantRequest request = request(Settings.of(type.proofSchema(), checks));
        return ((InstantRecovery) strategy).prove(request, task);
    }

    InstantRequest request(Settings settings) {
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
    void nodeGoes() {
        session.close();
        session = null;
        strategy.close();
    }

    String machine() throws Exception {
        return lab.uuid(name);
    }

    void awaitAgent() throws Exception {
        awaitAgent(machine());
    }

    void awaitAgent(String uuid) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> lab.agent(uuid, "{\"execute\":\"guest-ping\"}")
                .contains("return"));
    }

    static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    String agent(String command, String arguments) throws Exception {
        return lab.agent(machine(), "{\"execute\":\"" + command + "\",\"arguments\":{" + arguments + "}}");
    }

    void writeInGuest(String path, String content) throws Exception {
        String handle = found(HANDLE, agent("guest-file-open", "\"path\":\"" + path + "\",\"mode\":\"w\""));
        String base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        agent("guest-file-write", "\"handle\":" + handle + ",\"buf-b64\":\"" + base64 + "\"");
        agent("guest-file-flush", "\"handle\":" + handle);
        agent("guest-file-close", "\"handle\":" + handle);
    }

    String readInGuest(String path) throws Exception {
        String handle = found(HANDLE, agent("guest-file-open", "\"path\":\"" + path + "\",\"mode\":\"r\""));
        String said = agent("guest-file-read", "\"handle\":" + handle + ",\"count\":4096");
        return new String(Base64.getDecoder().decode(found(CONTENT, said)), StandardCharsets.UTF_8);
    }

    /** Freezing writes everything to the disk. */
    void sync() throws Exception {
        assertThat(agent("guest-fsfreeze-freeze", "")).contains("return");
        assertThat(agent("guest-fsfreeze-thaw", "")).contains("return");
    }

    void nothingIsLeft() throws Exception {
        assertThat(machine()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(lab.imageFiles()).isEmpty();
        assertThat(task.journal().open()).isEmpty();
    }

    void emptyNode() throws Exception {
        KvmLab.must("rm", "-rf", node.toString());
        Files.createDirectory(node);
    }
}
