package io.holdfast.strategy.libvirt.internal;

import java.util.List;

/**
 * A machine at the moment when its backup begins.
 *
 * @param stats its state and the sizes of its disks
 * @param running the definition by which it runs; the same as {@code definition} if it does not
 * @param definition the one from which it starts next, with its secrets
 * @param busy whether a backup job is running
 * @param checkpoints that libvirt knows, by name
 */
record MachineState(MachineStats stats, String running, String definition, boolean busy, List<String> checkpoints) {}
