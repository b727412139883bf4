package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The main job once through, on real data: back up, change, back up again, prove both, restore both, compare. */
final class Demo {

    private static final int SHOWN_DIFFERENCES = 20;

    private final Appliance appliance;
    private final Terminal terminal;
    private final Path home;
    private final List<Step> steps = new ArrayList<>();

    private record Step(String name, long millis, long logical, long fresh, long stored) {}

    Demo(Appliance appliance, Terminal terminal, Path home) {
        this.appliance = appliance;
        this.terminal = terminal;
        this.home = home;
    }

    /** Runs it. Throws {@code DIFFERENT} if anything restored is not what was backed up. */
    void run(Path original) throws Exception {
        DemoSource source = new DemoSource(home.resolve("source"));
        terminal.line("Preparing " + source.directory() + ": a copy of " + original
                + " with hard links, sparse files, extended attributes and odd names added");
        timed("prepare", () -> {
            source.create(original);
            return null;
        });
        JsonNode destination = appliance.destinationIn("demo", home.resolve("vault"));
        JsonNode instance = appliance.directory(source.directory());
        terminal.line("Backing up to destination 'demo' in " + home.resolve("vault"));
        TreeSnapshot before = TreeSnapshot.of(source.directory());
        JsonNode first = backup("first backup", instance, destination);
        source.change();
        TreeSnapshot after = TreeSnapshot.of(source.directory());
        JsonNode second = backup("second backup, after changes", instance, destination);
        timed("verify first", () -> appliance.verify(first));
        timed("verify second", () -> appliance.verify(second));
        restoreAndCompare("first", first, before);
        restoreAndCompare("second", second, after);
        table();
    }

    private <T> T timed(String name, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        T result = work.call();
        record(new Step(name, (System.nanoTime() - start) / 1_000_000, -1, -1, -1));
        return result;
    }

    private JsonNode backup(String name, JsonNode instance, JsonNode destination) {
        long start = System.nanoTime();
        JsonNode backup = appliance.backup(instance, destination);
        JsonNode stats = backup.path("stats");
        record(new Step(
                name,
                (System.nanoTime() - start) / 1_000_000,
                stats.path("logicalBytes").asLong(),
                stats.path("newBytes").asLong(),
                stats.path("storedBytes").asLong()));
        long problems = stats.path("problems").asLong();
        if (problems > 0) {
            throw new CommandException(
                    ExitCode.PARTIAL,
                    problems + " parts of the demonstration's own data could not be read: "
                            + appliance.problems(backup));
        }
        return backup;
    }

    private void restoreAndCompare(String name, JsonNode backup, TreeSnapshot expected) throws Exception {
        Path target = home.resolve("restored-" + name);
        DemoSource.deleteRecursively(target);
        Files.createDirectories(target);
        timed("restore " + name, () -> appliance.restore(backup, target, "always", List.of()));
        List<String> differences = timed("compare " + name, () -> expected.differences(TreeSnapshot.of(target), 1000));
        if (!differences.isEmpty()) {
            differences.stream().limit(SHOWN_DIFFERENCES).forEach(terminal::line);
            throw new CommandException(
                    ExitCode.DIFFERENT,
                    "the restored tree in " + target + " differs in " + differences.size() + " places");
        }
        terminal.line("Restored the " + name + " backup to " + target + ": "
                + expected.entries().size() + " entries, " + Sizes.bytes(expected.bytes())
                + ", content and metadata identical");
    }

    private void record(Step step) {
        steps.add(step);
        ObjectNode message = ApplianceClient.object();
        message.put("step", step.name()).put("milliseconds", step.millis());
        if (step.logical() >= 0) {
            message.put("logical_bytes", step.logical())
                    .put("new_bytes", step.fresh())
                    .put("stored_bytes", step.stored());
        }
        terminal.message("step", message);
    }

    private void table() throws IOException {
        terminal.line("");
        terminal.line(String.format(
                "%-30s %10s %12s %12s %12s %10s", "step", "time", "logical", "new", "stored", "reduction"));
        for (Step step : steps) {
            if (step.logical() < 0) {
                terminal.line(String.format("%-30s %10s", step.name(), Sizes.duration(step.millis())));
            } else {
                terminal.line(String.format(
                        "%-30s %10s %12s %12s %12s %10s",
                        step.name(),
                        Sizes.duration(step.millis()),
                        Sizes.bytes(step.logical()),
                        Sizes.bytes(step.fresh()),
                        Sizes.bytes(step.stored()),
                        ratio(step.logical(), step.stored())));
            }
        }
        terminal.line("");
    }

    private static String ratio(long logical, long stored) {
        return stored <= 0 ? "all known" : String.format(java.util.Locale.ROOT, "%.1f : 1", (double) logical / stored);
    }
}
