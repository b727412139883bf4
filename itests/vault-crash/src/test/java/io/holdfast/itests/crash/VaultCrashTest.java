package io.holdfast.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.spi.destination.Destination;
import io.holdfast.testkit.fake.RecordingProgress;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Not a simulation: a process killed by SIGKILL, and the blocks of a file system as they are at that moment. */
class VaultCrashTest {

    private static final int ROUNDS = Integer.getInteger("crash.rounds", 6);
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final Map<String, Integer> begun = new HashMap<>();
    private final Set<String> committed = new HashSet<>();
    private final Set<String> forgotten = new HashSet<>();

    private Process start(Place place, int number) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        place.store.toString(),
                        place.work.toString(),
                        Integer.toString(number))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Listens until so many backups are committed, and a little longer. */
    private void listen(BufferedReader out, int commits) throws IOException, InterruptedException {
        int target = committed.size() + commits;
        while (committed.size() < target) {
            heard(out.readLine());
        }
        TimeUnit.MICROSECONDS.sleep(random.nextInt(120_000));
    }

    private void heard(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "BEGIN" -> begun.put(words[1], Integer.valueOf(words[2]));
            case "COMMITTED" -> committed.add(words[1]);
            case "FORGET" -> forgotten.add(words[1]);
            default -> throw new AssertionError(line);
        }
    }

    private void rest(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            heard(line);
        }
    }

    private void check(Place place) throws Exception {
        try (Destination destination = place.destination();
                Vault vault = place.vault(destination)) {
            Set<String> listed = new HashSet<>();
            for (BackupSummary backup : vault.backups(new TestTransfer())) {
                listed.add(backup.id().value());
                assertRestores(vault, backup.id());
            }
            Set<String> expected = new HashSet<>(committed);
            expected.removeAll(forgotten);
            assertThat(listed).as("seed " + SEED).containsAll(expected);
            var report = vault.verify(VerifyScope.all(), new RecordingProgress(), new TestTransfer());
            assertThat(report.findings()).as("seed " + SEED).isEmpty();
            assertThat(report.backups()).as("seed " + SEED).allMatch(h -> h.whole());
        }
    }

    private void assertRestores(Vault vault, BackupId id) throws Exception {
        try (BackupReader reader = vault.read(id, new TestTransfer());
                var in = reader.openStream("stream")) {
            assertThat(in.readAllBytes())
                    .as("seed " + SEED + ", backup " + id)
                    .isEqualTo(Place.content(begun.getOrDefault(id.value(), -1)));
        }
    }

    @Test
    void aProcessThatIsKilledLosesNoBackupThatItHasReported() throws Exception {
        Place place = new Place(Files.createDirectory(directory.resolve("store")), directory.resolve("work"));
        Files.createDirectory(place.work);
        place.create();
        for (int round = 0; round < ROUNDS; round++) {
            Process process = start(place, round * 1000);
            try (BufferedReader out = process.inputReader()) {
                listen(out, random.nextInt(8));
                kill(process, "-KILL"); // destroyForcibly would close the pipe with what is in it
                rest(out);
                process.waitFor();
            }
            check(place);
        }
        assertThat(committed).isNotEmpty();
        try (Destination destination = place.destination();
                Vault vault = place.vault(destination)) {
            vault.collect(CollectOptions.standard(), new RecordingProgress(), new TestTransfer());
        }
        check(place);
    }

    @Test
    void aFileSystemThatLosesPowerKeepsEveryBackupThatWasReported() throws Exception {
        Path image = directory.resolve("image");
        Path mounted = Files.createDirectory(directory.resolve("mounted"));
        Path after = Files.createDirectory(directory.resolve("after"));
        assumeTrue(
                run("truncate", "-s", "96M", image.toString())
                        && run("mkfs.ext4", "-q", image.toString())
                        && run("mount", "-o", "loop,commit=300", image.toString(), mounted.toString()),
                "NOT RUN: needs root, mkfs.ext4 and loop devices");
        boolean afterMounted = false;
        Process process = null;
        try {
            Place place = new Place(mounted.resolve("store"), directory.resolve("work"));
            Files.createDirectory(place.store);
            Files.createDirectory(place.work);
            place.create();
            for (int round = 0; round < Math.max(2, ROUNDS / 2); round++) {
                process = start(place, round * 1000);
                Path copy = directory.resolve("copy");
                try (BufferedReader out = process.inputReader()) {
                    listen(out, 1 + random.nextInt(8));
                    copyOfBlocks(process, out, image, copy);
                }
                afterMounted = run("mount", "-o", "loop", copy.toString(), after.toString());
                assertThat(afterMounted).isTrue();
                Path elsewhere = directory.resolve("elsewhere" + round);
                Files.createDirectory(elsewhere);
                Files.copy(place.work.resolve("keys"), elsewhere.resolve("keys"));
                check(new Place(after.resolve("store"), elsewhere));
                run("umount", after.toString());
                afterMounted = false;
            }
        } finally {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
            if (afterMounted) {
                run("umount", after.toString());
            }
            run("umount", mounted.toString());
        }
    }

    /** Stops the process, copies what has reached the device, and kills it. What is not in the copy is lost. */
    private void copyOfBlocks(Process process, BufferedReader out, Path image, Path copy) throws Exception {
        kill(process, "-STOP");
        List<Path> copies = new ArrayList<>();
        do {
            copies.add(directory.resolve("copy-" + copies.size()));
            run(
                    "cp",
                    "--sparse=always",
                    image.toString(),
                    copies.get(copies.size() - 1).toString());
        } while (copies.size() < 2
                || Files.mismatch(copies.get(copies.size() - 2), copies.get(copies.size() - 1)) >= 0);
        Files.move(copies.get(copies.size() - 1), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        kill(process, "-KILL");
        rest(out);
        process.waitFor();
        for (Path old : copies) {
            Files.deleteIfExists(old);
        }
    }

    private static void kill(Process process, String signal) throws InterruptedException {
        assertThat(run("kill", signal, Long.toString(process.pid()))).isTrue();
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
