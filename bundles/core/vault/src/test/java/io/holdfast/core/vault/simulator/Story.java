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
import java.util.ArrayList;
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
     * @param backups how many were made
     * @param copies how many of them were copied, or copied back
     * @param restored how many were restored and compared, some of them more than once
     * @param faults what went wrong in it, and how often
     */
    record Outcome(
            long seed,
            long trace,
            long steps,
            long backups,
            long copies,
            long restored,
            Map<Faults.Fault, Long> faults) {

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
        Faults faults = new Faults(schedule.random, RATES[shape.nextInt(RATES.length)], shape.nextInt(10) == 0);
        try {
            World world = new World(directory, schedule, faults, new Redundancy((int) (seed % 3) * 10));
            int writers = 1 + shape.nextInt(3);
            for (int i = 0; i < writers; i++) {
                new Writer(world, "vm-" + i, 12 + shape.nextInt(25), seed * 100 + i);
            }
            new Server(world, world.first, "server", 25 + shape.nextInt(40), seed * 100 + 50);
            new Reader(world, world.first, "reader", shape.nextInt(16), seed * 100 + 60);
            List<Copier> copiers = copiers(world, shape);
            schedule.run();
            end(world, copiers);
            return outcome(world);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n  "
                            + String.join("\n  ", schedule.last(Integer.getInteger("simulation.lines", 80))),
                    e);
        } finally {
            delete(directory);
        }
    }

    /** Two stories in five have a replica as well, with a server and a reader of its own. */
    private List<Copier> copiers(World world, Random shape) throws PluginException {
        if (shape.nextInt(5) > 1) {
            return List.of();
        }
        world.replicate(shape.nextInt(10) == 0);
        List<Copier> copiers = new ArrayList<>();
        int count = shape.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            copiers.add(new Copier(world, "copier-" + i, 15 + shape.nextInt(30), seed * 100 + 70 + i));
        }
        new Server(world, world.second(), "server-2", 10 + shape.nextInt(30), seed * 100 + 80);
        new Reader(world, world.second(), "reader-2", shape.nextInt(10), seed * 100 + 90);
        return copiers;
    }

    private Outcome outcome(World world) {
        long copies =
                world.places().stream().mapToLong(p -> p.oracle().copies()).sum();
        return new Outcome(
                seed,
                world.schedule.trace(),
                world.schedule.steps(),
                world.oracle.committed(),
                copies,
                world.restored(),
                world.first.faults().counts());
    }

    private static void end(World world, List<Copier> copiers) {
        world.places().forEach(place -> place.faults().off());
        world.checkAll();
        world.schedule.rethrow();
        copiers.forEach(Copier::last);
        for (Place place : world.places()) {
            if (!place.lateLists()) {
                quiet(world, place);
            }
        }
        world.checkAll();
        world.schedule.rethrow();
    }

    /** When all is quiet, a few collections leave nothing that nobody needs. */
    private static void quiet(World world, Place place) {
        Process last = new Process(world, "last", null, () -> {});
        try (Vault vault = last.open(place, world.current, world.newDirectory("last"))) {
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
        leftOver(world, place, "leases/", 0);
        leftOver(world, place, "gc/", 1);
        leftOver(world, place, "health/", 0);
        leftOver(world, place, "index/s.", 0);
        if (!place.oracle().uselessPacks().isEmpty()) {
            world.schedule.fail(
                    place.name() + "useless packs stay: " + place.oracle().uselessPacks(), null);
        }
        for (ObjectKey key : place.store().objects.keySet()) {
            ObjectNames.packOfParity(key).ifPresent(pack -> {
                if (!place.store().objects.containsKey(ObjectNames.pack(pack))) {
                    world.schedule.fail(key + " stays, and its pack is not there", null);
                }
            });
        }
    }

    private static void leftOver(World world, Place place, String prefix, int allowed) {
        List<String> found = place.store().objects.keySet().stream()
                .map(ObjectKey::value)
                .filter(k -> k.startsWith(prefix))
                .toList();
        if (found.size() > allowed) {
            world.schedule.fail(place.name() + "more stays than should: " + found, null);
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
