package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes, backs up, breaks something, backs up again, restores and compares, over and over on one machine. {@code
 * -Dholdfast.cycles=1000} for more, {@code -Dholdfast.seed=N} for the same once more.
 */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class RandomCyclesLabTest {

    private static final int DISK = 8 * FaultRig.MIB;
    private static final int LONGEST_WRITE = 300_000;
    private static final int COMMANDS = 30;

    /** What may happen; those that take long are rare. */
    private enum Fault {
        NONE(4),
        KILLED_IN_BACKUP(8),
        KILLED_AFTER_COMMIT(2),
        KILLED_IN_RESTORE(3),
        NOT_STORED(3),
        QEMU_CRASHES(3),
        SHUT_OFF(3),
        SHUT_OFF_AND_BACKED_UP(3),
        PAUSED(2),
        SECOND_BACKUP(2),
        CHECKPOINT_REMOVED(2),
        RENAMED(1),
        FORCED_FULL(2),
        CONNECTION_CUT(2),
        LIBVIRTD_RESTARTED(1);

        private final int weight;

        Fault(int weight) {
            this.weight = weight;
        }

        static Fault pick(SplittableRandom random) {
            int left = random.nextInt(
                    List.of(values()).stream().mapToInt(f -> f.weight).sum());
            for (Fault fault : values()) {
                left -= fault.weight;
                if (left < 0) {
                    return fault;
                }
            }
            throw new IllegalStateException();
        }
    }

    private FaultRig rig;
    private Strategy strategy;
    private SplittableRandom random;

    @Test
    void whatever_happens_the_next_backup_is_right_and_nothing_is_left(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        int cycles = Integer.getInteger("holdfast.cycles", 100);
        System.out.println("RandomCyclesLabTest: -Dholdfast.seed=" + seed + " -Dholdfast.cycles=" + cycles);
        random = new SplittableRandom(seed);
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        Map<String, Integer> reasons = new TreeMap<>();
        try (FaultRig opened = new FaultRig(directory).machine(2)) {
            rig = opened;
            strategy = rig.local();
            rig.backUp(strategy);
            for (int cycle = 1; cycle <= cycles; cycle++) {
                Fault fault = Fault.pick(random);
                try {
                    String reason = cycle(fault).map(FullReadReason::code).orElse("incremental");
                    reasons.merge(reason, 1, Integer::sum);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(
                            "cycle " + cycle + " (" + fault + "); again with -Dholdfast.seed=" + seed
                                    + " -Dholdfast.cycles=" + cycle,
                            e);
                }
                faults.merge(fault, 1, Integer::sum);
            }
        }
        System.out.println("RandomCyclesLabTest: " + faults + "; the backups after them: " + reasons);
    }

    private Optional<FullReadReason> cycle(Fault fault) throws Exception {
        write(); // since the backup of the cycle before
        happen(fault);
        Optional<FullReadReason> reason = rig.afterwards(strategy);
        rig.forgetTasks();
        String name = FaultRig.newName();
        rig.restore(strategy, name);
        rig.restoredIsRight(name);
        return reason;
    }

    private void write() throws Exception {
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int length = random.nextInt(1, LONGEST_WRITE / 512) * 512;
            int offset = random.nextInt((DISK - length) / 512) * 512;
            rig.write(random.nextInt(2), offset, length, random.nextInt(256));
        }
    }

    private void happen(Fault fault) throws Exception {
        switch (fault) {
            case NONE -> {
                // a cycle in which all goes well
            }
            case KILLED_IN_BACKUP -> killed(() -> rig.backUp(dying()));
            case KILLED_AFTER_COMMIT -> {
                ExportSession session = rig.open(strategy);
                Map<String, byte[]> read = rig.read(session);
                session.readingDone();
                rig.keep(read, session.nextToken());
            }
            case KILLED_IN_RESTORE ->
                killed(() -> {
                    rig.restore(dying(), "killed while restored");
                    rig.restoredIsRight("killed while restored");
                });
            case NOT_STORED -> {
                try (ExportSession session = rig.open(strategy)) {
                    rig.read(session);
                    session.readingDone();
                }
            }
            case QEMU_CRASHES -> crash();
            case SHUT_OFF -> {
                readInVain(() -> rig.lab.virsh("destroy", rig.uuid()));
                rig.lab.virsh("start", rig.uuid());
            }
            case SHUT_OFF_AND_BACKED_UP -> {
                rig.lab.virsh("destroy", rig.uuid());
                rig.backUp(strategy);
                rig.keptIsRight();
                rig.lab.virsh("start", rig.uuid());
            }
            case PAUSED -> {
                rig.lab.virsh("suspend", rig.uuid());
                rig.backUp(strategy);
                rig.lab.virsh("resume", rig.uuid());
            }
            case SECOND_BACKUP -> {
                try (ExportSession session = rig.open(strategy)) {
                    readNothing(() -> rig.open(strategy));
                    rig.finish(session);
                }
            }
            case CHECKPOINT_REMOVED ->
                rig.lab.virsh(
                        "checkpoint-delete",
                        rig.uuid(),
                        rig.lab.checkpoints(rig.uuid()).get(0));
            case RENAMED -> {
                rig.lab.virsh("destroy", rig.uuid());
                rig.lab.virsh("domrename", rig.uuid(), FaultRig.newName());
                rig.lab.virsh("start", rig.uuid());
            }
            case FORCED_FULL -> rig.forceFull();
            case CONNECTION_CUT -> cut();
            case LIBVIRTD_RESTARTED -> restartLibvirtd();
        }
    }

    /** Something that may fail. */
    private interface Step {
        void run() throws Exception;
    }

    private Strategy dying() {
        return rig.over(DyingNode.after(random.nextInt(1, COMMANDS), new LocalHost()));
    }

    private static void killed(Step step) throws Exception {
        try {
            step.run();
        } catch (DyingNode.Killed e) {
            // as it should be, unless it had ended before
        }
    }

    private static void readNothing(Step step) throws Exception {
        try {
            step.run();
        } catch (PluginException e) {
            return;
        }
        throw new AssertionError("it should have failed");
    }

    private void readInVain(Step event) throws Exception {
        try (ExportSession session = rig.open(strategy)) {
            event.run();
            readNothing(() -> rig.read(session));
        }
    }

    private void crash() throws Exception {
        rig.lab.flush(rig.uuid(), 0);
        rig.lab.flush(rig.uuid(), 1);
        readInVain(() -> {
            rig.lab.killQemu(rig.uuid());
            rig.lab.awaitState(rig.uuid(), "shut off");
        });
        rig.lab.virsh("start", rig.uuid());
    }

    private void cut() throws Exception {
        try (Strategy remote = rig.ssh();
                ExportSession session = rig.open(remote)) {
            rig.lab.cutConnections();
            readNothing(() -> rig.read(session));
        }
    }

    private void restartLibvirtd() throws Exception {
        try (ExportSession session = rig.open(strategy)) {
            rig.lab.killLibvirtd();
            rig.lab.startLibvirtd();
            rig.finish(session);
        }
        assertThat(rig.lab.state(rig.uuid())).isEqualTo("running");
    }
}
