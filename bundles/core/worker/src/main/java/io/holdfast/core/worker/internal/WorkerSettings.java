package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.TaskKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How a node works.
 *
 * @param nodeId stable over restarts
 * @param name what people call it
 * @param slots how many tasks of each kind run at once
 * @param directory the node's own directory: staging, scratch space and state of plugins are below it
 * @param leastStagingBytes with less free space below {@code directory} no export is begun
 * @param browseIdle how long an opened backup stays open without being used
 * @param collectWait how long a collection waits for sessions that began before it
 * @param bandwidth how fast all tasks together may transfer to and from destinations
 * @param verification how fast all verifications together may, besides
 */
public record WorkerSettings(
        String nodeId,
        String name,
        Map<TaskKind, Integer> slots,
        Path directory,
        long leastStagingBytes,
        Duration browseIdle,
        Duration collectWait,
        Bandwidth bandwidth,
        Bandwidth verification) {

    public WorkerSettings {
        slots = Map.copyOf(slots);
    }

    /** Where mounts keep what their instances have written, a directory for each task. */
    Path mounts() {
        return directory.resolve("mounts");
    }

    /** Where copies keep what is on its way, a directory for each destination that is copied to. */
    Path copies() {
        return directory.resolve("copies");
    }

    /** The defaults of the configuration. */
    public static WorkerSettings standard(String nodeId, Path directory) {
        Map<TaskKind, Integer> slots = new EnumMap<>(TaskKind.class);
        slots.put(TaskKind.INVENTORY, 1);
        slots.put(TaskKind.EXPORT, 3);
        slots.put(TaskKind.STORE, 3);
        slots.put(TaskKind.RESTORE, 3);
        slots.put(TaskKind.VERIFY, 1);
        slots.put(TaskKind.PRUNE, 1);
        slots.put(TaskKind.ATTACH, 2);
        slots.put(TaskKind.KEYS, 1);
        slots.put(TaskKind.REBUILD, 1);
        slots.put(TaskKind.MOUNT, 8);
        slots.put(TaskKind.PROVE, 1);
        slots.put(TaskKind.CLEANUP, 2);
        slots.put(TaskKind.SNAPSHOT, 3);
        slots.put(TaskKind.COPY, 2);
        return new WorkerSettings(
                nodeId,
                nodeId,
                slots,
                directory,
                256L << 20,
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                Bandwidth.UNLIMITED,
                Bandwidth.UNLIMITED);
    }
}
