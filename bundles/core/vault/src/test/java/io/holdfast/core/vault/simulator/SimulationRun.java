package io.holdfast.core.vault.simulator;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plays stories until so many things have gone wrong, several at a time, and reports; for the script {@code simulate}. */
final class SimulationRun {

    private static final int ENOUGH_FAILURES = 20;
    private static final Duration BETWEEN_SIGNS_OF_LIFE = Duration.ofSeconds(30);

    private final long wanted;
    private final long firstSeed;
    private final Path directory;
    private final PrintStream out;
    private final long begin = System.nanoTime();
    private final Map<Faults.Fault, Long> faults = new EnumMap<>(Faults.Fault.class);
    private final Map<Long, String> failures = new TreeMap<>();
    private long nextSeed;
    private long stories;
    private long replicas;
    private long points;
    private long backups;
    private long copies;
    private long restored;
    private long steps;

    private SimulationRun(long wanted, long firstSeed, Path directory, PrintStream out) {
        this.wanted = wanted;
        this.firstSeed = firstSeed;
        this.nextSeed = firstSeed;
        this.directory = directory;
        this.out = out;
    }

    /**
     * Arguments: how many points, the first seed, how many stories at a time, a directory for what stories keep in files, preferably in
     * memory. Ends with the status 1 if a story failed.
     */
    public static void main(String[] args) throws InterruptedException {
        SimulationRun run =
                new SimulationRun(Long.parseLong(args[0]), Long.parseLong(args[1]), Path.of(args[3]), System.out);
        try (Randomness randomness = new Randomness()) {
            run.play(Integer.parseInt(args[2]));
        }
        System.exit(run.report() ? 0 : 1);
    }

    private void play(int atATime) throws InterruptedException {
        Thread[] threads = new Thread[atATime];
        for (int i = 0; i < atATime; i++) {
            threads[i] = new Thread(this::stories, "stories-" + i);
            threads[i].start();
        }
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                thread.join(BETWEEN_SIGNS_OF_LIFE.toMillis());
                if (thread.isAlive()) {
                    sign();
                }
            }
        }
    }

    private synchronized void sign() {
        out.printf(Locale.ROOT, "%,d points, %,d stories, %d failures, %s%n", points, stories, failures.size(), wall());
    }

    private void stories() {
        for (Long seed = next(); seed != null; seed = next()) {
            try {
                told(Story.play(seed, directory.resolve("holdfast-simulation-" + seed)));
            } catch (RuntimeException | Error e) {
                failed(seed, e);
            }
        }
    }

    /** Each seed is taken once, in order, so that those that were played have no gap. */
    private synchronized @Nullable Long next() {
        return points < wanted && failures.size() < ENOUGH_FAILURES ? nextSeed++ : null;
    }

    private synchronized void told(Story.Outcome outcome) {
        stories++;
        replicas += outcome.copies() > 0 ? 1 : 0;
        points += Math.max(outcome.points(), 1);
        backups += outcome.backups();
        copies += outcome.copies();
        restored += outcome.restored();
        steps += outcome.steps();
        outcome.faults().forEach((fault, n) -> faults.merge(fault, n, Long::sum));
        if (Boolean.getBoolean("simulation.traces")) {
            out.println("seed " + outcome.seed() + " trace " + Long.toHexString(outcome.trace()));
        }
    }

    private synchronized void failed(long seed, Throwable e) {
        stories++;
        String message = e instanceof AssertionError ? String.valueOf(e.getMessage()) : "seed " + seed + ": " + e;
        failures.put(seed, message.lines().findFirst().orElse(""));
        Path file = Path.of("simulation-" + seed + ".txt");
        try (PrintStream story =
                new PrintStream(Files.newOutputStream(file), false, java.nio.charset.StandardCharsets.UTF_8)) {
            e.printStackTrace(story);
            out.println("FAILED " + failures.get(seed) + "\n  told in " + file.toAbsolutePath());
        } catch (IOException io) {
            e.printStackTrace(out);
        }
    }

    private String wall() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }

    /** Says what happened, and whether all went well. */
    private boolean report() {
        out.printf(
                Locale.ROOT,
                "%n%,d points in %,d stories, seeds %d to %d, in %s%n",
                points,
                stories,
                firstSeed,
                nextSeed - 1,
                wall());
        faults.forEach((fault, n) -> out.printf(Locale.ROOT, "  %,9d %s%n", n, fault));
        out.printf(
                Locale.ROOT,
                "%,d backups, %,d copies of them in %,d stories, %,d restored and compared, %,d turns%n",
                backups,
                copies,
                replicas,
                restored,
                steps);
        failures.forEach((seed, message) ->
                out.printf(Locale.ROOT, "FAILED %s%n  again: bundles/core/vault/simulate 1 %d%n", message, seed));
        out.println(failures.isEmpty() ? "no failure" : failures.size() + " stories failed");
        return failures.isEmpty() && points >= wanted;
    }
}
