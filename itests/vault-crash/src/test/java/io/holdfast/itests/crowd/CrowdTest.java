package io.holdfast.itests.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.BackupId;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many writers, a collector, a verifier, a copier and restores on one vault at once, in the heap of 512 MiB that all tests have. */
class CrowdTest {

    private static final int NODES = 4;

    @TempDir
    Path directory;

    private record Label(int machine, int round) {}

    private final Map<BackupId, Label> made = new ConcurrentHashMap<>();
    private final Map<BackupId, Label> copies = new ConcurrentHashMap<>();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong slowestBegin = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger collections = new AtomicInteger();
    private final AtomicInteger verifications = new AtomicInteger();
    private final AtomicInteger restores = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void sixWritersACollectorAVerifierACopierAndRestoresDoNotHarmEachOther(Store.Kind kind) throws Exception {
        everything(kind, 6, 3);
    }

    @Lab("64 writers at once: some minutes of two processors, 2 GiB of disk")
    @ParameterizedTest
    @EnumSource
    void sixtyFourWritersACollectorAVerifierACopierAndRestoresDoNotHarmEachOther(Store.Kind kind) throws Exception {
        everything(kind, 64, 3);
    }

    private void everything(Store.Kind kind, int machines, int rounds) throws Exception {
        long serial = serially(kind, machines, rounds);
        try (Crowd crowd = new Crowd(directory.resolve("crowd"), kind, NODES);
                LockWatch watch = new LockWatch()) {
            crowd.backup(machines, 0); // the template that all machines come from
            long start = System.nanoTime();
            atOnce(crowd, machines, rounds);
            report(kind, machines, rounds, serial, watch, (System.nanoTime() - start) / 1_000_000);
            assertThat(stored.get()).isLessThanOrEqualTo(serial + serial / 50);
            everyBackupIsRight(crowd);
        }
    }

    private long serially(Store.Kind kind, int machines, int rounds) throws Exception {
        long bytes = 0;
        try (Crowd alone = new Crowd(directory.resolve("alone"), kind, 1)) {
            alone.backup(machines, 0);
            for (int round = 0; round < rounds; round++) {
                for (int machine = 0; machine < machines; machine++) {
                    bytes += alone.backup(machine, round).summary().stats().storedBytes();
                }
            }
        }
        return bytes;
    }

    private void atOnce(Crowd crowd, int machines, int rounds) throws Exception {
        List<FutureTask<Void>> writers = new ArrayList<>();
        List<FutureTask<Void>> others = new ArrayList<>();
        CountDownLatch begin = new CountDownLatch(1);
        for (int machine = 0; machine < machines; machine++) {
            int me = machine;
            writers.add(start("writer-" + machine, () -> {
                begin.await();
                for (int round = 0; round < rounds; round++) {
                    write(crowd, me, round);
                }
                return null;
            }));
        }
        others.add(start("collector", () -> collect(crowd)));
        others.add(start("verifier", () -> verify(crowd)));
        others.add(start("copier", () -> copy(crowd)));
        others.add(start("restorer-1", () -> restore(crowd, 1)));
        others.add(start("restorer-2", () -> restore(crowd, 2)));
        begin.countDown();
        try {
            for (FutureTask<Void> writer : writers) {
                writer.get();
            }
        } finally {
            over.set(true);
        }
        for (FutureTask<Void> other : others) {
            other.get();
        }
    }

    private static FutureTask<Void> start(String name, Callable<Void> work) {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private void write(Crowd crowd, int machine, int round) throws Exception {
        Crowd.Made backup = crowd.backup(machine, round);
        stored.addAndGet(backup.summary().stats().storedBytes());
        slowestBegin.accumulateAndGet(backup.beginMillis(), Math::max);
        made.put(backup.summary().id(), new Label(machine, round));
    }

    /** Forgets what is two rounds old, and collects. */
    private Void collect(Crowd crowd) throws Exception {
        do {
            List<BackupId> old = made.entrySet().stream()
                    .filter(one -> made.values().stream()
                            .anyMatch(other -> other.machine() == one.getValue().machine()
                                    && other.round() >= one.getValue().round() + 2))
                    .map(Map.Entry::getKey)
                    .toList();
            old.forEach(made::remove);
            crowd.vault(3).forget(old, new io.holdfast.testkit.fake.TestTransfer());
            crowd.collect(3);
            collections.incrementAndGet();
        } while (!over.get());
        return null;
    }

    private Void verify(Crowd crowd) throws Exception {
        for (int slice = 0; !over.get(); slice = (slice + 1) % 8) {
            assertThat(crowd.verify(2, slice, 8).findings()).isEmpty();
            verifications.incrementAndGet();
        }
        return null;
    }

    /** Brings what there is to the replica, one backup after the other. */
    private Void copy(Crowd crowd) throws Exception {
        Set<BackupId> done = new HashSet<>();
        while (!over.get()) {
            Optional<Map.Entry<BackupId, Label>> next = made.entrySet().stream()
                    .filter(one -> !done.contains(one.getKey()))
                    .findFirst();
            if (next.isEmpty()) {
                Thread.onSpinWait();
                continue;
            }
            BackupId backup = next.get().getKey();
            done.add(backup);
            try {
                copies.put(crowd.copy(1, backup), next.get().getValue());
            } catch (PluginException e) {
                if (made.containsKey(backup)) {
                    throw e;
                }
            }
        }
        return null;
    }

    private Void restore(Crowd crowd, int seed) throws Exception {
        Random random = new Random(seed);
        while (!over.get()) {
            List<Map.Entry<BackupId, Label>> all = List.copyOf(made.entrySet());
            if (all.isEmpty()) {
                Thread.onSpinWait();
                continue;
            }
            Map.Entry<BackupId, Label> one = all.get(random.nextInt(all.size()));
            try {
                right(crowd, seed, one.getKey(), one.getValue());
                restores.incrementAndGet();
            } catch (PluginException | java.io.IOException e) {
                Throwable cause = e instanceof PluginException ? e : e.getCause();
                boolean gone = cause instanceof PluginException p && p.kind() == ErrorKind.NOT_FOUND;
                if (!gone || made.containsKey(one.getKey())) {
                    throw e;
                }
            }
        }
        return null;
    }

    private static void right(Crowd crowd, int node, BackupId backup, Label label) throws Exception {
        assertThat(crowd.right(node, backup, label.machine(), label.round()))
                .as("%s is what machine %d was in round %d", backup, label.machine(), label.round())
                .isTrue();
    }

    private void everyBackupIsRight(Crowd crowd) throws Exception {
        for (Map.Entry<BackupId, Label> one : made.entrySet()) {
            right(crowd, 0, one.getKey(), one.getValue());
        }
        for (Map.Entry<BackupId, Label> one : copies.entrySet()) {
            Label label = one.getValue();
            assertThat(crowd.rightInReplica(one.getKey(), label.machine(), label.round()))
                    .as("copy %s is what machine %d was in round %d", one.getKey(), label.machine(), label.round())
                    .isTrue();
        }
        for (int slice = 0; slice < 8; slice++) {
            assertThat(crowd.verify(0, slice, 8).findings()).isEmpty();
        }
    }

    private void report(Store.Kind kind, int machines, int rounds, long serial, LockWatch watch, long millis) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d writers, %d backups each, in %.1f s, with %d collections, %d verifications of an eighth, %d copies and %d restores;"
                        + " stored %,d bytes, one after the other %,d: loss of deduplication %.2f %%;"
                        + " longest wait for a lock whose owner waited too %d ms (%s), for one whose owner worked %d ms, slowest beginning of a session %d ms, heap at most %d MiB%n",
                kind,
                machines,
                rounds,
                millis / 1000.0,
                collections.get(),
                verifications.get(),
                copies.size(),
                restores.get(),
                stored.get(),
                serial,
                100.0 * (stored.get() - serial) / serial,
                watch.longestMillis(),
                watch.where(),
                watch.busiestMillis(),
                slowestBegin.get(),
                watch.heapMebibytes());
    }
}
