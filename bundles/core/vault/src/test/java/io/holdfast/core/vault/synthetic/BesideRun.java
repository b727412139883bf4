package io.holdfast.core.vault.synthetic;

import com.sun.jna.Native;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.bench.WholeProcess;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * {@code SYNTHETIC-VAULT TREE ROUNDS}: backups of a real tree into new vaults, alone, while the synthetic vault is collected again and
 * again by a thread like others, and by one that has the processors only when nobody else wants them, as that of the appliance. Says what
 * each took and the longest wait for a lock.
 */
public final class BesideRun {

    /** What runs beside a backup. */
    private enum Beside {
        NOTHING,
        COLLECTION,
        BACKGROUND
    }

    private static final class LibC {
        static {
            Native.register("c");
        }

        static native int setpriority(int which, int who, int nice);
    }

    private static final int PRIO_PROCESS = 0;
    private static final String COLLECTOR = "collector";
    private static final Progress NONE = Contexts.unwatched();
    private static final TransferContext CONTEXT = Contexts.uncancelled();

    private final Path root;
    private final Path tree;
    private final VaultFactory factory;

    private BesideRun(Path root, Path tree) {
        this.root = root;
        this.tree = tree;
        this.factory = VaultFactory.standard(VaultRuntime.standard(root.resolve("cache")));
    }

    /** Runs a round that does not count and those that do. */
    public static void main(String[] args) throws Exception {
        BesideRun run = new BesideRun(Path.of(args[0]), Path.of(args[1]));
        int rounds = Integer.parseInt(args[2]);
        double[][] seconds = new double[Beside.values().length][rounds];
        for (int round = -1; round < rounds; round++) {
            for (Beside beside : Beside.values()) {
                double took = run.measure(beside);
                if (round >= 0) {
                    seconds[beside.ordinal()][round] = took;
                }
            }
        }
        for (Beside beside : Beside.values()) {
            System.out.printf(
                    Locale.ROOT,
                    "median beside %s: %.2f s, %.3f of that alone%n",
                    beside,
                    median(seconds[beside.ordinal()]),
                    median(seconds[beside.ordinal()]) / median(seconds[0]));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private double measure(Beside beside) throws Exception {
        Path work = root.resolve("beside");
        delete(work);
        Collecting collecting = new Collecting(beside == Beside.BACKGROUND);
        if (beside != Beside.NOTHING) {
            collecting.start();
            collecting.begun.await();
        }
        System.gc(); // what the one before has left is not this one's to clean up
        double took;
        String waits;
        try (Recording recording = new Recording()) {
            for (String event : List.of("jdk.JavaMonitorEnter", "jdk.ThreadPark")) {
                recording.enable(event).withThreshold(Duration.ofMillis(1)).withoutStackTrace();
            }
            recording.start();
            took = WholeProcess.firstBackup(factory, work, tree);
            recording.stop();
            waits = waits(recording);
        }
        String collections = "";
        if (beside != Beside.NOTHING) {
            collecting.enough = true;
            collecting.join();
            collections = collecting.said();
        }
        System.out.printf(Locale.ROOT, "beside %s: %.2f s; %s%s%n", beside, took, waits, collections);
        delete(work);
        return took;
    }

    /** The longest and all waits of the backup's threads for locks. */
    private String waits(Recording recording) throws IOException {
        Path file = root.resolve("beside.jfr");
        recording.dump(file);
        long longest = 0;
        long all = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            boolean monitor = event.getEventType().getName().equals("jdk.JavaMonitorEnter");
            boolean lock = monitor
                    || event.getClass("parkedClass") != null
                            && event.getClass("parkedClass").getName().contains("ReentrantLock");
            boolean ours = event.getThread() != null
                    && !event.getThread().getJavaName().startsWith(COLLECTOR);
            if (lock && ours) {
                longest = Math.max(longest, event.getDuration().toMillis());
                all += event.getDuration().toMillis();
            }
        }
        Files.delete(file);
        return "longest wait for a lock " + longest + " ms, all " + all + " ms";
    }

    /** Collects the synthetic vault until it is enough; the last collection is finished. */
    private final class Collecting extends Thread {
        final CountDownLatch begun = new CountDownLatch(1);
        volatile boolean enough;
        private final boolean background;
        private int done;
        private double seconds;

        Collecting(boolean background) {
            super(COLLECTOR);
            this.background = background;
        }

        String said() {
            return String.format(Locale.ROOT, "; %d collections, %.1f s each", done, seconds / done);
        }

        @Override
        public void run() {
            if (background && LibC.setpriority(PRIO_PROCESS, 0, 19) != 0) {
                throw new IllegalStateException("setpriority");
            }
            try (SyntheticDestination destination = new SyntheticDestination(root, 0);
                    Vault vault = factory.open(
                            destination,
                            ReaderKeys.decode(Files.readAllBytes(root.resolve("keys"))),
                            "bench",
                            CONTEXT)) {
                long start = System.nanoTime();
                begun.countDown();
                while (!enough) {
                    vault.collect(new CollectOptions(false, 1, Duration.ofMinutes(1)), NONE, CONTEXT);
                    done++;
                }
                seconds = (System.nanoTime() - start) / 1e9;
            } catch (Exception e) {
                begun.countDown();
                throw new IllegalStateException(e);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
