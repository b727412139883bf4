package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.CollectReport;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;

/** Everything that one seed lets happen. */
final class Story {

    /**
     * How a story ended.
     *
     * @param trace equal for equal stories
     * @param faults what went wrong in it, and how often
     */
    record Outcome(long seed, long trace, long steps, long backups, Map<Faults.Fault, Long> faults) {

        long points() {
            return faults.values().stream().mapToLong(n -> n).sum();
        }
    }

    private static final double[] RATES = {0.01, 0.03, 0.06, 0.12};

    private final long seed;
    private final Path directory;

    private Story(long seed, Path directory) {
        this.seed = seed;
        this.directory = directory;
    }

    /**
     * Plays the story of a seed.
     *
     * @throws AssertionError if a backup is lost or wrong, something stays for ever, or nothing ends; with the last steps
     */
    static Outcome play(long seed, Path directory) {
        Story story = new Story(seed, directory);
        FutureTask<Outcome> task = new FutureTask<>(story::play);
        Thread thread = new Thread(task, "simulation-" + seed);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("seed " + seed, e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private Outcome play() throws PluginException, IOException {
        Randomness.seed(seed);
        Schedule schedule = new Schedule(seed);
        Random shape = new Random(seed * 31 + 7);
        Faults faults = new Faults(schedule.random, RATES[shape.nextInt(RATES.length)]);
        try {
            World world = new World(
                    directory, schedule, faults, shape.nextInt(10) == 0, new Redundancy((int) (seed % 3) * 10));
            int writers = 1 + shape.nextInt(3);
            for (int i = 0; i < writers; i++) {
                new Writer(world, "vm-" + i, 12 + shape.nextInt(25), seed * 100 + i);
            }
            new Server(world, 25 + shape.nextInt(40), seed * 100 + 50);
            new Reader(world, shape.nextInt(16), seed * 100 + 60);
            schedule.run();
            end(world);
            return new Outcome(seed, schedule.trace(), schedule.steps(), world.oracle.committed(), faults.counts());
        } catch (AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n  "
                            + String.join("\n  ", schedule.last(Integer.getInteger("simulation.lines", 80))),
                    e);
        } finally {
            delete(directory);
        }
    }

    private void end(World world) {
        world.faults.off();
        world.checkAll();
        world.schedule.rethrow();
        if (!world.lateLists) {
            quiet(world);
            world.checkAll();
        }
        world.schedule.rethrow();
    }

    /** When all is quiet, a few collections leave nothing that nobody needs. */
    private static void quiet(World world) {
        Process last = new Process(world, "last", null, () -> {});
        try (Vault vault = last.open(world.current, world.newDirectory("last"))) {
            for (int i = 0; i < 3; i++) {
                CollectReport report = vault.collect(
                        new CollectOptions(false, 0.25, Duration.ofHours(1)), World.NO_PROGRESS, Process.CONTEXT);
                if (report.state() != CollectReport.State.DONE) {
                    world.schedule.fail("the last collection is " + report.state(), null);
                }
            }
        } catch (PluginException e) {
            world.schedule.fail("the last collection failed: " + e.getMessage(), e);
        }
        leftOver(world, "leases/", 0);
        leftOver(world, "gc/", 1);
        if (!world.oracle.uselessPacks().isEmpty()) {
            world.schedule.fail("useless packs stay: " + world.oracle.uselessPacks(), null);
        }
        leftOver(world, "index/s.", 0);
        for (ObjectKey key : world.store.objects.keySet()) {
            ObjectNames.packOfParity(key).ifPresent(pack -> {
                if (!world.store.objects.containsKey(ObjectNames.pack(pack))) {
                    world.schedule.fail(key + " stays, and its pack is not there", null);
                }
            });
        }
    }

    private static void leftOver(World world, String prefix, int allowed) {
        List<String> found = world.store.objects.keySet().stream()
                .map(ObjectKey::value)
                .filter(k -> k.startsWith(prefix))
                .toList();
        if (found.size() > allowed) {
            world.schedule.fail("more stays than should: " + found, null);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
