package io.holdfast.core.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a session with a predecessor asks to be listed: FORMAT.md 9.1 wants three folders, and nothing else may be. */
class ListsTest {

    private static final List<String> THREE = List.of("gc/", "health/", "index/");

    @TempDir
    Path directory;

    private final List<String> lists = new ArrayList<>();

    private void watch(MemoryDestination destination) {
        destination.hook = (operation, key) -> {
            if (operation.equals("list")) {
                synchronized (lists) {
                    lists.add(key);
                }
            }
        };
    }

    private static FakeTree tree(int seed, int files) {
        FakeTree tree = new FakeTree();
        for (int i = 0; i < files; i++) {
            tree.file("file-" + i, Scene.noise(1000L * seed + i, 20_000));
        }
        return tree;
    }

    private void session(Scene scene, Optional<BackupId> previous, FakeTree tree) throws PluginException {
        lists.clear();
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", previous), Scene.CONTEXT)) {
            Scene.run(session, java.util.Map.of(), Optional.empty(), tree);
        }
    }

    @Test
    void aSessionListsThreeFoldersOnceWhateverTheVaultHoldsAndHoweverManyPacksItWrites() throws PluginException {
        try (Scene scene = new Scene(directory)) {
            watch(scene.destination);
            Optional<BackupId> previous = Optional.of(scene.backup(tree(0, 1)).id());
            session(scene, previous, tree(0, 2));
            assertThat(lists).containsExactlyElementsOf(THREE);
            for (int i = 1; i <= 30; i++) {
                previous = Optional.of(scene.backup(tree(i, 2)).id());
            }
            session(scene, previous, tree(30, 2));
            assertThat(lists).containsExactlyElementsOf(THREE);
            int packs = scene.destination.keys("packs/").size();
            session(scene, previous, tree(99, 100));
            assertThat(scene.destination.keys("packs/").size()).isGreaterThan(packs + 20);
            assertThat(lists).containsExactlyElementsOf(THREE);
        }
    }

    @ParameterizedTest(name = "{0} segments: {1}")
    @CsvSource({"0,1", "292,1", "999,1", "1000,2", "3000,4", "10000,11"})
    void aListTakesARequestForEveryThousandObjectsAndOneForTheRest(int segments, int requests) throws PluginException {
        MemoryDestination destination = new MemoryDestination();
        for (int i = 0; i < segments; i++) {
            destination.replace("index/g.%064x".formatted(i), new byte[1]);
        }
        watch(destination);
        assertThat(new Objects(destination).list("index/", Scene.CONTEXT)).hasSize(segments);
        assertThat(lists).hasSize(requests);
    }
}
