package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two vaults and what may happen to them, chosen by a seed: backups, copies both ways, either store dying in the middle, collections and
 * forgetting on either side between any two operations of a copy. {@code -Dcopies.stories=N} for more, {@code -Dcopies.seed=S} to begin there.
 */
class CopyStoriesTest {

    private static final CollectOptions IMPATIENT = new CollectOptions(false, 0.25, Duration.ZERO);
    private static final int STEPS = 14;

    @TempDir
    Path directory;

    @Test
    void whateverHappensEachListedBackupIsWholeOnItsSide() throws Exception {
        int first = Integer.getInteger("copies.seed", 1);
        for (int seed = first; seed < first + Integer.getInteger("copies.stories", 12); seed++) {
            try (Pair pair = new Pair(directory.resolve("s" + seed))) {
                new Story(pair.directory, pair.first, pair.second, pair.replica, seed).run();
            } catch (AssertionError | Exception e) {
                throw new AssertionError("story " + seed, e);
            }
        }
    }

    @Test
    void theSameHoldsForVaultsWithOtherKeys() throws Exception {
        int first = Integer.getInteger("copies.seed", 1);
        for (int seed = first; seed < first + Integer.getInteger("copies.stories", 12); seed++) {
            try (TwoVaults two = new TwoVaults(directory.resolve("o" + seed))) {
                new Story(two.directory, two.first, two.second.destination, two.second.vault, seed).run();
            } catch (AssertionError | Exception e) {
                throw new AssertionError("story " + seed, e);
            }
        }
    }

    private static final class Story {
        private final Path directory;
        private final Scene scene;
        private final MemoryDestination second;
        private final Vault other;
        private final Random random;
        private final Map<BackupId, FakeTree> onFirst = new HashMap<>();
        private final Map<BackupId, FakeTree> onSecond = new HashMap<>();
        private final List<String> told = new ArrayList<>();

        Story(Path directory, Scene scene, MemoryDestination second, Vault other, int seed) {
            this.directory = directory;
            this.scene = scene;
            this.second = second;
            this.other = other;
            this.random = new Random(seed);
        }

        void run() throws Exception {
            backup();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> backup();
                    case 3, 4, 5, 6 -> copy(true);
                    case 7 -> copy(false);
                    case 8 -> collect(random.nextBoolean(), CollectTest.NOW);
                    default -> forget(random.nextBoolean());
                }
                check();
            }
            for (int quiet = 0; quiet < 2; quiet++) {
                collect(true, CollectTest.NOW);
                collect(false, CollectTest.NOW);
            }
            check();
            for (Vault vault : List.of(scene.vault, other)) {
                VerifyReport report = vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
                assertThat(report.findings()).as(told.toString()).isEmpty();
                assertThat(report.backups()).as(told.toString()).isEmpty();
            }
        }

        private FakeTree tree() {
            FakeTree tree = new FakeTree();
            for (int i = 0; i < 3 + random.nextInt(4); i++) {
                int content = random.nextInt(12);
                tree.file("f" + i, Scene.noise(content, 20_000 + 9_000 * content));
            }
            return tree;
        }

        private void backup() throws PluginException {
            FakeTree tree = tree();
            String instance = random.nextBoolean() ? "vm-1" : "vm-2";
            told.add("backup");
            onFirst.put(scene.backup(scene.vault, instance, tree).id(), tree);
        }

        private Map<BackupId, FakeTree> on(boolean first) {
            return first ? onFirst : onSecond;
        }

        private Vault vault(boolean first) {
            return first ? scene.vault : other;
        }

        private Optional<BackupId> any(boolean first) {
            List<BackupId> all = on(first).keySet().stream().sorted().toList();
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }

        private void forget(boolean first) throws PluginException {
            Optional<BackupId> chosen = any(first);
            if (chosen.isPresent()) {
                told.add("forget on " + (first ? "first" : "second"));
                vault(first).forget(List.of(chosen.get()), CONTEXT);
                on(first).remove(chosen.get());
            }
        }

        private void collect(boolean first, CollectOptions options) throws PluginException {
            told.add("collect " + (first ? "first" : "second"));
            vault(first).collect(options, NO_PROGRESS, CONTEXT);
        }

        private void copy(boolean there) throws PluginException {
            Optional<BackupId> chosen = any(there);
            if (chosen.isEmpty()) {
                return;
            }
            FakeTree tree = on(there).get(chosen.get());
            told.add("copy " + (there ? "there" : "back"));
            MemoryDestination dying = random.nextBoolean() ? scene.destination : second;
            if (random.nextInt(3) == 0) {
                dying.operations.set(0);
                dying.dyingPutArrives = random.nextBoolean();
                dying.diesAt = 1 + random.nextInt(60);
                told.add("a store dies at " + dying.diesAt);
            } else {
                meanwhile(random.nextBoolean(), 1 + random.nextInt(50));
            }
            boolean gone = false;
            try {
                CopyRequest request = CopyRequest.of(chosen.get(), directory.resolve(there ? "copies" : "back"));
                vault(!there).copy(vault(there), request, NO_PROGRESS, CONTEXT, CONTEXT);
            } catch (PluginException e) {
                told.add(e.kind() + ": " + e.getMessage());
                gone = e.kind() == ErrorKind.CORRUPT_DATA;
            }
            dying.diesAt = Integer.MAX_VALUE;
            scene.destination.hook = (operation, key) -> {};
            second.hook = (operation, key) -> {};
            assertThat(gone && on(there).containsKey(chosen.get()))
                    .as("a backup that is whole is called damaged: " + told)
                    .isFalse();
            for (BackupSummary listed : vault(!there).backups(CONTEXT)) {
                if (listed.id().sameSession(chosen.get())) {
                    on(!there).putIfAbsent(listed.id(), tree);
                }
            }
        }

        /** Something happens on one of the sides before the n-th operation there. */
        private void meanwhile(boolean first, int operation) {
            MemoryDestination place = first ? scene.destination : second;
            AtomicInteger count = new AtomicInteger();
            place.hook = (name, key) -> {
                if (count.incrementAndGet() == operation) {
                    if (random.nextInt(3) > 0) {
                        forget(first);
                    }
                    collect(first, random.nextInt(3) == 0 ? CollectTest.NOW : IMPATIENT);
                }
            };
        }

        private void check() throws PluginException {
            for (boolean first : new boolean[] {true, false}) {
                Set<BackupId> listed = vault(first).backups(CONTEXT).stream()
                        .map(BackupSummary::id)
                        .collect(Collectors.toSet());
                assertThat(listed).as(told.toString()).isEqualTo(on(first).keySet());
                for (Map.Entry<BackupId, FakeTree> each : on(first).entrySet()) {
                    try {
                        Scene.assertSame(Scene.restore(vault(first), each.getKey(), List.of()), each.getValue());
                    } catch (PluginException e) {
                        throw new AssertionError("not restored: " + told, e);
                    }
                }
            }
        }
    }
}
