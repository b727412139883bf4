package io.holdfast.testkit.fake;

import io.holdfast.spi.source.EntryPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A machine of {@link FakeHypervisor}: disks, and, so that every shape of source can be tried on one provider, trees, dumps and
 * items too. The maps are the machine itself: tests fill them before the machine is used and change them between tasks.
 */
public final class FakeMachine {

    private final String id;
    private final Map<String, FakeDisk> disks = new LinkedHashMap<>();
    private final Map<String, NavigableMap<EntryPath, FakeFile>> trees = new LinkedHashMap<>();
    private final Map<String, byte[]> streams = new LinkedHashMap<>();
    private final Map<String, Map<String, FakeItem>> items = new LinkedHashMap<>();
    private final Map<String, Map<String, Long>> checkpoints = new LinkedHashMap<>();
    private final java.util.Set<String> reverted = new java.util.HashSet<>();
    private byte[] definition;

    FakeMachine(String id) {
        this.id = id;
        this.definition = ("<machine name='" + id + "'/>").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Its stable id. */
    public String id() {
        return id;
    }

    /** Adds a disk of zeroes. */
    public FakeDisk addDisk(String name, int size) {
        FakeDisk disk = new FakeDisk(size);
        disks.put(name, disk);
        return disk;
    }

    /** A disk that exists. */
    public FakeDisk disk(String name) {
        return Objects.requireNonNull(disks.get(name), name);
    }

    /** Adds a tree with nothing but its root. */
    public NavigableMap<EntryPath, FakeFile> addTree(String name) {
        NavigableMap<EntryPath, FakeFile> tree = new TreeMap<>();
        tree.put(EntryPath.ROOT, FakeFile.directory());
        trees.put(name, tree);
        return tree;
    }

    /** Adds a dump. */
    public void addStream(String name, byte[] content) {
        streams.put(name, content);
    }

    /** Adds items, none yet; the keys are their ids. */
    public Map<String, FakeItem> addItems(String name) {
        Map<String, FakeItem> all = new LinkedHashMap<>();
        items.put(name, all);
        return all;
    }

    /** The names of the checkpoints that exist. */
    public synchronized List<String> checkpoints() {
        return new ArrayList<>(checkpoints.keySet());
    }

    /** Loses a checkpoint, as a hypervisor does that was restarted. */
    public synchronized void loseCheckpoint(String name) {
        checkpoints.remove(name);
    }

    Map<String, FakeDisk> disks() {
        return disks;
    }

    Map<String, NavigableMap<EntryPath, FakeFile>> trees() {
        return trees;
    }

    Map<String, byte[]> streams() {
        return streams;
    }

    Map<String, Map<String, FakeItem>> items() {
        return items;
    }

    byte[] definition() {
        return definition;
    }

    void definition(byte[] bytes) {
        definition = bytes;
    }

    synchronized void createCheckpoint(String name) {
        Map<String, Long> generations = new LinkedHashMap<>();
        disks.forEach((disk, state) -> generations.put(disk, state.nextGeneration()));
        checkpoints.put(name, generations);
    }

    /** The generation of a disk at a checkpoint; -1 if that does not exist. */
    synchronized long generationAt(String checkpoint, String disk) {
        return checkpoints.getOrDefault(checkpoint, Map.of()).getOrDefault(disk, -1L);
    }

    /** The machine as it is now, for reading. */
    FakeMachine freeze() {
        FakeMachine frozen = new FakeMachine(id);
        frozen.definition = definition;
        disks.forEach((name, disk) -> frozen.disks.put(name, disk.copy()));
        trees.forEach((name, tree) -> frozen.trees.put(name, new TreeMap<>(tree)));
        frozen.streams.putAll(streams);
        items.forEach((name, all) -> frozen.items.put(name, new LinkedHashMap<>(all)));
        return frozen;
    }

    /** Whether a checkpoint went because the machine was taken back to a snapshot. */
    synchronized boolean wasReverted(String checkpoint) {
        return reverted.contains(checkpoint);
    }

    /** Checkpoints do not survive it: what they have counted is not what differs. */
    synchronized void revertTo(FakeMachine frozen) {
        reverted.addAll(checkpoints.keySet());
        checkpoints.clear();
        frozen.disks.forEach((name, disk) -> disk(name).revertTo(disk));
        frozen.trees.forEach((name, tree) -> {
            NavigableMap<EntryPath, FakeFile> present = Objects.requireNonNull(trees.get(name));
            present.clear();
            present.putAll(tree);
        });
        streams.putAll(frozen.streams);
    }
}
