package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A hypervisor in memory, reached through {@link FakeHypervisorType}. What plugins leave behind on real ones is visible here,
 * and every operation fails when the test wants it to. Safe for use from any thread.
 */
public final class FakeHypervisor {

    /** What can be made to fail. */
    public enum Operation {
        /** Connecting. */
        CONNECT,
        /** The check of the connection. */
        TEST,
        /** Listing or describing machines. */
        INVENTORY,
        /** Taking a snapshot, also a temporary one. */
        CREATE_SNAPSHOT,
        /** Creating a checkpoint. */
        CREATE_CHECKPOINT,
        /** Reading, from any source. */
        READ,
        /** Removing a snapshot. */
        DELETE_SNAPSHOT,
        /** Going back to a snapshot. */
        REVERT_SNAPSHOT,
        /** Creating a machine. */
        CREATE_MACHINE,
        /** Writing, to any target. */
        WRITE,
        /** Completing a machine. */
        COMPLETE_MACHINE,
        /** Moving a machine that runs from a backup to the hypervisor's own storage. */
        MOVE_MACHINE
    }

    private record Snapshot(String machine, String id) {}

    private final Map<String, FakeMachine> machines = new LinkedHashMap<>();
    private final Map<String, FakeMachine> unfinished = new LinkedHashMap<>();
    private final Map<String, Optional<Path>> instants = new LinkedHashMap<>();
    private final Map<String, Snapshot> temporary = new LinkedHashMap<>();
    private final FakeSnapshots kept = new FakeSnapshots();
    private int snapshotNumber;
    private final Map<String, String> uncommitted = new LinkedHashMap<>();
    private final Map<Operation, Deque<ErrorKind>> failures = new EnumMap<>(Operation.class);

    /** Adds a machine without anything. */
    public synchronized FakeMachine addMachine(String id) {
        FakeMachine machine = new FakeMachine(id);
        machines.put(id, machine);
        return machine;
    }

    /** A machine that exists. */
    public synchronized FakeMachine machine(String id) {
        return Objects.requireNonNull(machines.get(id), id);
    }

    /** All machines, in the order in which they were added. */
    public synchronized List<FakeMachine> machines() {
        return new ArrayList<>(machines.values());
    }

    /** The next call of that operation fails, once for each time that this is called. */
    public synchronized void failNext(Operation operation, ErrorKind kind) {
        failures.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(kind);
    }

    /** What was created for a task and is still there: empty whenever no task runs. */
    public synchronized List<String> leftovers() {
        List<String> left = new ArrayList<>();
        temporary.values().forEach(s -> left.add("snapshot " + s.id() + " of " + s.machine()));
        uncommitted.forEach((checkpoint, machine) -> left.add("checkpoint " + checkpoint + " of " + machine));
        instants.keySet().forEach(machine -> left.add("machine " + machine + " that runs from a backup"));
        unfinished.keySet().forEach(machine -> left.add("unfinished machine " + machine));
        return left;
    }

    synchronized void perform(Operation operation) throws PluginException {
        Deque<ErrorKind> next = failures.get(operation);
        ErrorKind kind = next == null ? null : next.poll();
        if (kind != null) {
            throw new PluginException(kind, "the fake hypervisor was told to fail at " + operation);
        }
    }

    synchronized FakeMachine find(String id) throws PluginException {
        FakeMachine machine = machines.get(id);
        if (machine == null) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no machine '" + id + "'; look at the inventory");
        }
        return machine;
    }

    synchronized FakeMachine createSnapshot(String machine, String id) throws PluginException {
        perform(Operation.CREATE_SNAPSHOT);
        FakeMachine state = find(machine).freeze();
        temporary.put(id, new Snapshot(machine, id));
        return state;
    }

    synchronized void deleteSnapshot(String id) throws PluginException {
        perform(Operation.DELETE_SNAPSHOT);
        temporary.remove(id);
        kept.remove(id);
    }

    synchronized String newSnapshotId() {
        return "snap-" + ++snapshotNumber;
    }

    synchronized SnapshotInfo keepSnapshot(String id, SnapshotRequest request, Instant now) throws PluginException {
        perform(Operation.CREATE_SNAPSHOT);
        FakeMachine state = find(request.instance().externalId()).freeze();
        return kept.add(state, id, request.name(), request.description(), true, request.quiesce(), now);
    }

    /** Takes a snapshot that stays, as another program or an administrator does; gives its id. */
    public synchronized String takeForeignSnapshot(String machine, String name, Instant now) {
        String id = newSnapshotId();
        kept.add(machine(machine).freeze(), id, name, "", false, false, now);
        return id;
    }

    /** The ids of snapshots that were taken to stay. */
    public synchronized List<String> snapshotsOf(String machine) {
        return snapshotInfos(machine).stream().map(SnapshotInfo::id).toList();
    }

    synchronized List<SnapshotInfo> snapshotInfos(String machine) {
        return kept.of(machine);
    }

    synchronized void revert(String machine, String id) throws PluginException {
        FakeMachine live = find(machine);
        FakeMachine state = kept.revert(machine, id);
        perform(Operation.REVERT_SNAPSHOT);
        live.revertTo(state);
    }

    synchronized void createCheckpoint(String machine, String name) throws PluginException {
        perform(Operation.CREATE_CHECKPOINT);
        find(machine).createCheckpoint(name);
        uncommitted.put(name, machine);
    }

    synchronized void keepCheckpoint(String name) {
        uncommitted.remove(name);
    }

    synchronized void deleteCheckpoint(String machine, String name) {
        Optional.ofNullable(machines.get(machine)).ifPresent(found -> found.loseCheckpoint(name));
        uncommitted.remove(name);
    }

    synchronized FakeMachine begin(String id, boolean replace) throws PluginException {
        perform(Operation.CREATE_MACHINE);
        if (machines.containsKey(id) && !replace) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS, "there is a machine '" + id + "' already; choose another name");
        }
        FakeMachine machine = new FakeMachine(id);
        unfinished.put(id, machine);
        return machine;
    }

    synchronized void complete(String id) throws PluginException {
        perform(Operation.COMPLETE_MACHINE);
        FakeMachine machine = unfinished.remove(id);
        if (machine != null) {
            machines.put(id, machine);
        }
    }

    /** A machine runs from a backup; {@code directory} is where what it writes goes. */
    synchronized void serveInstant(String id, Path directory, boolean fresh) throws PluginException {
        perform(Operation.CREATE_MACHINE);
        if (fresh && (machines.containsKey(id) || instants.containsKey(id))) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS, "there is a machine '" + id + "' already; choose another name");
        }
        instants.put(id, Optional.of(directory));
    }

    /** The node does not serve its disks any more: it waits. */
    synchronized void haltInstant(String id) {
        instants.computeIfPresent(id, (name, directory) -> Optional.empty());
    }

    synchronized void endInstant(String id) {
        instants.remove(id);
    }

    synchronized void moved(FakeMachine machine) throws PluginException {
        perform(Operation.MOVE_MACHINE);
        instants.remove(machine.id());
        machines.put(machine.id(), machine);
    }

    /** The machines that run from a backup, or wait for their disks. */
    public synchronized Set<String> instants() {
        return Set.copyOf(instants.keySet());
    }

    /**
     * The guest of a machine that runs from a backup writes.
     *
     * @return false if it waits for its disks
     */
    public synchronized boolean writeInstant(String id, byte[] bytes) throws IOException {
        Optional<Path> directory = instants.getOrDefault(id, Optional.empty());
        if (directory.isPresent()) {
            Files.write(directory.get().resolve(FakeInstantSession.WRITES), bytes);
        }
        return directory.isPresent();
    }

    synchronized void abandon(String id) {
        unfinished.remove(id);
    }
}
