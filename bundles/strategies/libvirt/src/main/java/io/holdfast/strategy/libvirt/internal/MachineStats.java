package io.holdfast.strategy.libvirt.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * State and sizes of a machine.
 *
 * @param state a number of libvirt's {@code virDomainState} (libvirt-domain.h), 0 if unknown
 * @param reason a number of that state's reasons (the same), 0 if unknown
 * @param capacities of the disks by target, in bytes, as far as known
 */
record MachineStats(int state, int reason, Map<String, Long> capacities) {

    private static final int RUNNING = 1;
    private static final int BLOCKED = 2;
    private static final int PAUSED = 3;
    /** Of libvirt's {@code virDomainPausedReason}. */
    private static final int PAUSED_BY_DISK = 5;

    private static final int SHUTDOWN = 4;
    private static final int SHUTOFF = 5;
    private static final int CRASHED = 6;
    private static final int SUSPENDED = 7;

    /** Reads what {@code domstats --raw} says, lines of key=value. */
    static MachineStats parse(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        Map<String, Long> capacities = new HashMap<>();
        for (int i = 0; values.containsKey("block." + i + ".name"); i++) {
            long capacity = number(values.get("block." + i + ".capacity"));
            if (capacity >= 0) {
                capacities.put(values.getOrDefault("block." + i + ".name", ""), capacity);
            }
        }
        return new MachineStats(
                (int) Math.max(0, number(values.get("state.state"))),
                (int) Math.max(0, number(values.get("state.reason"))),
                Map.copyOf(capacities));
    }

    private static long number(@org.jspecify.annotations.Nullable String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** Whether there is a QEMU process that has the disks. */
    boolean active() {
        return state == RUNNING || state == BLOCKED || state == PAUSED || state == SHUTDOWN || state == SUSPENDED;
    }

    /** Whether the guest does something: can be asked to hold its file systems still. */
    boolean executing() {
        return state == RUNNING || state == BLOCKED;
    }

    /** Whether it was halted because a disk did not answer, or had no room. */
    boolean haltedByDisk() {
        return state == PAUSED && reason == PAUSED_BY_DISK;
    }

    String word() {
        return switch (state) {
            case RUNNING, BLOCKED -> "running";
            case PAUSED -> "paused";
            case SHUTDOWN -> "shutting-down";
            case SHUTOFF -> "stopped";
            case CRASHED -> "crashed";
            case SUSPENDED -> "suspended";
            default -> "unknown";
        };
    }

    long capacity(String target) {
        return capacities.getOrDefault(target, -1L);
    }
}
