package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A machine without a guest whose disks the test writes to, what a vault would keep of it, and what every fault must leave: a
 * machine that runs, nothing of ours on the host that no journal knows, and a next backup that is right to the byte.
 */
final class FaultRig implements AutoCloseable {

    static final int MIB = 1 << 20;
    private static final int BLOCK = 65_536;

    final KvmLab lab;
    final LibvirtStrategyType type = new LibvirtStrategyType();
    private final Path directory;
    private final Map<String, byte[]> disks = new TreeMap<>();
    private final Map<String, byte[]> kept = new TreeMap<>();
    private final List<RecordingTaskContext> tasks = new ArrayList<>();
    private final List<Strategy> strategies = new ArrayList<>();
    private String machine = "";
    private int forgotten;
    private boolean full;
    private boolean hasGuest;
    private Optional<ChangeToken> last = Optional.empty();
    private Map<String, byte[]> documents = Map.of();
    private Map<String, List<String>> settings = Map.of("consistency", List.of("crash"));

    FaultRig(Path directory) throws Exception {
        this.directory = directory;
        this.lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
    }

    /** Defines a machine with empty disks {@code vda}, {@code vdb}, ... of 8 MiB and starts it. */
    FaultRig machine(String name, int count) throws Exception {
        KvmLab.Disk[] all = new KvmLab.Disk[count];
        for (int i = 0; i < count; i++) {
            String target = target(i);
            all[i] = new KvmLab.Disk(target, "qcow2", lab.image(target + ".qcow2", "qcow2", "8M"));
            disks.put(target, new byte[8 * MIB]);
        }
        machine = lab.define(name, all);
        lab.virsh("start", machine);
        return this;
    }

    FaultRig machine(int count) throws Exception {
        return machine("faults " + UUID.randomUUID(), count);
    }

    /** Makes a machine with a Linux that runs and writes by itself: what it writes is not compared. */
    FaultRig guest() throws Exception {
        Path image = Files.copy(lab.guest(), lab.images().resolve("guest.qcow2"));
        machine = lab.define("guest " + UUID.randomUUID(), new KvmLab.Disk("vda", "qcow2", image));
        lab.virsh("start", machine);
        lab.awaitAgent(machine);
        hasGuest = true;
        return this;
    }

    private static String target(int index) {
        return "vd" + (char) ('a' + index);
    }

    String uuid() {
        return machine;
    }

    Optional<ChangeToken> last() {
        return last;
    }

    void setting(String name, String value) {
        settings = Map.of(name, List.of(value));
    }

    /** Writes as the guest would. */
    void write(int disk, int offset, int length, int pattern) throws Exception {
        lab.writeInto(machine, disk, offset, length, pattern);
        Arrays.fill(disks.get(target(disk)), offset, offset + length, (byte) pattern);
    }

    void added(String target, int size) {
        disks.put(target, new byte[size]);
    }

    void removed(String target) {
        disks.remove(target);
    }

    void resized(String target, int size) {
        disks.computeIfPresent(target, (name, content) -> Arrays.copyOf(content, size));
    }

    byte[] content(String target) {
        return disks.get(target);
    }

    Strategy local() throws PluginException {
        return opened(type.connect(Settings.of(type.schema(), lab.localProvider()), TestPluginContext.in(directory)));
    }

    Strategy ssh() throws Exception {
        return opened(type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory)));
    }

    /** A node whose commands go through something that fails. */
    Strategy over(Host host) {
        Provider provider = Provider.of(host, lab.uri(), lab.scratch().toString(), TestPluginContext.in(directory));
        return opened(new LibvirtStrategy(new Hosts(List.of(new Hosts.Member("the host", provider)))));
    }

    private Strategy opened(Strategy strategy) {
        strategies.add(strategy);
        return strategy;
    }

    RecordingTaskContext task() throws Exception {
        String id = "task-" + (forgotten + tasks.size() + 1);
        RecordingTaskContext task = RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
        tasks.add(task);
        return task;
    }

    ExportRequest request() throws PluginException {
        InstanceDescription instance = new InstanceDescription(machine, "machine", "machine", 0, Map.of());
        return new ExportRequest(
                instance, Settings.of(type.instanceSchema(), settings), full ? Optional.empty() : last, last);
    }

    ExportSession open(Strategy strategy) throws Exception {
        return strategy.openExport(request(), task());
    }

    /** Reads what the session holds, onto what was kept before. */
    Map<String, byte[]> read(ExportSession session) throws PluginException {
        boolean whole = full || last.isEmpty() || session.fullReadReason().isPresent();
        documents = session.metadata();
        if (hasGuest) {
            return Map.of();
        }
        Map<String, byte[]> read = new TreeMap<>();
        for (Source source : session.sources()) {
            DiskSource disk = (DiskSource) source;
            byte[] content =
                    whole ? new byte[(int) disk.size()] : kept.get(disk.name()).clone();
            assertThat(disk.size()).isEqualTo(content.length);
            read(disk, content, whole);
            read.put(disk.name(), content);
        }
        return read;
    }

    private static void read(DiskSource disk, byte[] content, boolean whole) throws PluginException {
        try (RandomReadable from = disk.open()) {
            for (long at = 0; at < disk.size(); ) {
                for (Extent extent : from.extents(at, disk.size() - at)) {
                    switch (extent.state()) {
                        case DATA -> copy(from, extent, content);
                        case ZERO -> Arrays.fill(content, (int) extent.offset(), (int) extent.end(), (byte) 0);
                        case UNCHANGED ->
                            assertThat(whole).as("unchanged since what?").isFalse();
                    }
                    at = extent.end();
                }
            }
        }
    }

    private static void copy(RandomReadable from, Extent extent, byte[] content) throws PluginException {
        ByteBuffer into = ByteBuffer.wrap(content, (int) extent.offset(), (int) extent.length());
        while (into.hasRemaining()) {
            from.read(into.position(), into);
        }
    }

    /** What a vault does when it commits. */
    void keep(Map<String, byte[]> read, Optional<ChangeToken> next) {
        kept.clear();
        kept.putAll(read);
        last = next;
        full = false;
    }

    /** The next backup reads everything, as an administrator may wish. */
    void forceFull() {
        full = true;
    }

    /** A whole backup, committed. */
    Optional<FullReadReason> backUp(Strategy strategy) throws Exception {
        try (ExportSession session = open(strategy)) {
            Optional<FullReadReason> reason = session.fullReadReason();
            finish(session);
            return reason;
        }
    }

    /** Reads and commits. */
    void finish(ExportSession session) throws PluginException {
        Map<String, byte[]> read = read(session);
        session.readingDone();
        keep(read, session.nextToken());
        session.committed();
    }

    /** A name for a machine that is to be made of the last backup. */
    static String newName() {
        return "restored " + UUID.randomUUID();
    }

    /** Makes a new machine of the last backup. */
    void restore(Strategy strategy, String name) throws Exception {
        try (ImportSession session = openImport(strategy, name)) {
            for (Map.Entry<String, byte[]> disk : kept.entrySet()) {
                try (DiskTarget target = session.openDisk(disk.getKey(), disk.getValue().length)) {
                    write(target, disk.getValue());
                    target.complete();
                }
            }
            session.complete();
        }
    }

    ImportSession openImport(Strategy strategy, String name) throws Exception {
        Settings choices = Settings.of(type.restoreSchema(), Map.of("name", List.of(name)));
        InstanceDescription instance = new InstanceDescription(machine, "machine", "machine", 0, Map.of());
        return strategy.openImport(new ImportRequest(instance, documents, choices, List.of()), task());
    }

    private static void write(DiskTarget target, byte[] content) throws PluginException {
        byte[] zeroes = new byte[BLOCK];
        for (int at = 0; at < content.length; at += BLOCK) {
            if (!Arrays.equals(content, at, at + BLOCK, zeroes, 0, BLOCK)) {
                target.write(at, ByteBuffer.wrap(content, at, BLOCK));
            }
        }
    }

    /** The disks of a restored machine are what was backed up, as QEMU's own tools read them; then it is removed. */
    void restoredIsRight(String name) throws Exception {
        String restored = lab.uuid(name);
        assertThat(restored).as(name).isNotEmpty();
        lab.adopt(restored);
        for (Machine.Disk disk :
                Machine.parse(lab.virsh("dumpxml", "--inactive", restored)).disks()) {
            if (disk.hasContent()) {
                Path raw = directory.resolve("restored.raw");
                KvmLab.must("qemu-img", "convert", "-O", "raw", disk.path(), raw.toString());
                assertThat(Arrays.mismatch(Files.readAllBytes(raw), kept.get(disk.target())))
                        .as("first difference on restored %s", disk.target())
                        .isEqualTo(-1);
                Files.delete(Path.of(disk.path()));
            }
        }
        lab.virsh("undefine", restored);
    }

    /** What the control plane does for tasks that have died. */
    void undoJournals(Strategy strategy) throws Exception {
        for (RecordingTaskContext dead : List.copyOf(tasks)) {
            for (SideEffectJournal.Entry entry : dead.journal().open()) {
                strategy.undo(entry, task());
            }
        }
    }

    /** Tasks of which nothing is left need not be looked at again. */
    void forgetTasks() throws Exception {
        for (RecordingTaskContext task : tasks) {
            assertThat(task.journal().open()).isEmpty();
        }
        forgotten += tasks.size();
        tasks.clear();
        strategies.subList(1, strategies.size()).forEach(Strategy::close);
        strategies.subList(1, strategies.size()).clear();
    }

    /** The last backup is what is on the disks. */
    void keptIsRight() {
        assertThat(kept.keySet()).isEqualTo(disks.keySet());
        disks.forEach((target, content) -> assertThat(Arrays.mismatch(kept.get(target), content))
                .as("first difference on %s", target)
                .isEqualTo(-1));
    }

    /** Nothing of ours is on the host but what the last backup needs. */
    void nothingIsLeft() throws Exception {
        for (RecordingTaskContext task : tasks) {
            assertThat(task.journal().open()).as("journal of %s", task.taskId()).isEmpty();
        }
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(lab.imageServers()).isEmpty();
        if (!lab.tryVirsh("domstate", machine).good()) {
            return;
        }
        assertThat(lab.hasJob(machine)).as("a backup job").isFalse();
        assertThat(lab.virsh("snapshot-list", "--name", machine)).isEmpty();
        List<String> needed = last.flatMap(Token::parse).map(Token::checkpoints).orElse(List.of());
        assertThat(lab.checkpoints(machine)).filteredOn(Checkpoints::isOurs).isSubsetOf(needed);
        if (lab.state(machine).equals("running")) {
            assertThat(lab.bitmaps(machine))
                    .filteredOn(name -> Checkpoints.isOurs(name) || name.startsWith("backup-"))
                    .isSubsetOf(needed);
        }
    }

    /**
     * The one assertion of all faults: the journals are undone, the machine runs, nothing is left, and the next backup is made,
     * is right, and keeps one checkpoint.
     *
     * @return why the next backup read everything, if it did
     */
    Optional<FullReadReason> afterwards(Strategy strategy) throws Exception {
        undoJournals(strategy);
        nothingIsLeft();
        assertThat(lab.state(machine)).isEqualTo("running");
        if (hasGuest) {
            assertThat(lab.agent(machine, "{\"execute\":\"guest-fsfreeze-status\"}"))
                    .contains("thawed");
        } else {
            write(0, 5 * MIB, 4096, 1 + tasks.size() % 250);
        }
        Optional<FullReadReason> reason = backUp(strategy);
        keptIsRight();
        nothingIsLeft();
        assertThat(lab.checkpoints(machine)).filteredOn(Checkpoints::isOurs).hasSize(1);
        return reason;
    }

    @Override
    public void close() throws Exception {
        strategies.forEach(Strategy::close);
        lab.clear();
    }
}
