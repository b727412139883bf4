package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody reads: after its keys were destroyed, in a vault of somebody else, with all that a node has. */
class DestroyedKeysTest {

    @TempDir
    Path directory;

    @Test
    void destroyed_keys_leave_nothing_that_any_printed_key_reads() throws Exception {
        try (Scene scene = new Scene(directory)) {
            VaultFactory factory = scene.factory("other");
            ReaderKeys keys = scene.keys.readerKeys();
            NewShares shares = NewShares.make(keys, 2, 2, new SecureRandom());
            factory.addSlot(scene.destination, keys, shares.slot(), "appliance", CONTEXT);
            scene.backup(Scene.sampleTree());
            Rotation rotation = new Rotation(scene.keys.recoveryKey(), false, null, false, shares.shares(), false);
            ReaderKeys second = factory.rotate(scene.destination, keys, rotation, "appliance", CONTEXT);

            assertThat(factory.destroyKeys(scene.destination, second.writerKeys(), "appliance", CONTEXT))
                    .isEqualTo(9);

            assertThat(scene.destination.keys("keys/")).isEmpty();
            assertThat(scene.destination.keys("epochs/")).isEmpty();
            assertThatThrownBy(() -> factory.unlock(scene.destination, scene.keys.recoveryKey(), CONTEXT))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("destroyed on purpose at 2025-06-15");
            assertThatThrownBy(() -> factory.unlock(scene.destination, shares.shares(), CONTEXT))
                    .hasMessageContaining("destroyed on purpose");
            assertThatThrownBy(() -> factory.unlock(scene.destination, "any".toCharArray(), CONTEXT))
                    .hasMessageContaining("destroyed on purpose");
            assertThat(scene.destination.keys("packs/")).isNotEmpty();
            assertThat(factory.destroyKeys(scene.destination, second, "appliance", CONTEXT))
                    .as("again")
                    .isZero();
        }
    }

    @Test
    void a_crash_at_each_step_of_a_destruction_is_repeated_to_the_end() throws Exception {
        for (int step = 1; step < 12; step++) {
            try (Scene scene = new Scene(directory.resolve("s" + step))) {
                VaultFactory factory = scene.factory("other");
                scene.destination.diesAt = scene.destination.operations.get() + step;
                try {
                    factory.destroyKeys(scene.destination, scene.keys.readerKeys(), "appliance", CONTEXT);
                } catch (PluginException e) {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                }
                scene.destination.diesAt = Integer.MAX_VALUE;
                factory.destroyKeys(scene.destination, scene.keys.readerKeys(), "appliance", CONTEXT);
                assertThat(scene.destination.keys("keys/")).isEmpty();
            }
        }
    }

    @Test
    void a_destination_that_refuses_to_delete_is_named_and_nothing_is_called_destroyed() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.destination.hook = (operation, key) -> {
                if (operation.equals("delete")) {
                    throw new PluginException(ErrorKind.PERMISSION, "It is retained until 2030.");
                }
            };
            assertThatThrownBy(() -> scene.factory("other")
                            .destroyKeys(scene.destination, scene.keys.readerKeys(), "appliance", CONTEXT))
                    .hasMessageContaining("not destroyed")
                    .hasMessageContaining("retained until 2030");
            assertThat(scene.factory("other").unlock(scene.destination, scene.keys.recoveryKey(), CONTEXT))
                    .isNotNull();
        }
    }

    @Test
    void two_vaults_with_equal_content_have_no_id_in_common() throws Exception {
        Set<String> ids = new HashSet<>();
        for (String name : List.of("tenant-a", "tenant-b")) {
            try (Scene scene = new Scene(directory.resolve(name))) {
                scene.backup(Scene.sampleTree());
                for (String prefix : List.of("packs/", "manifests/", "index/")) {
                    for (String key : scene.destination.keys(prefix)) {
                        assertThat(ids.add(key)).as(key).isTrue();
                    }
                }
                for (String pack : scene.destination.keys("packs/")) {
                    for (String id : PackIds.of(scene.destination.get(pack))) {
                        assertThat(ids.add(id)).as("chunk or block " + id).isTrue();
                    }
                }
            }
        }
        assertThat(ids).hasSizeGreaterThan(60);
    }

    @Test
    void all_that_a_node_has_reads_not_one_byte_of_an_earlier_backup_and_shortens_nothing() throws Exception {
        byte[] secret = "THE-SECRET-OF-THIS-TEST-WHICH-NOBODY-READS".getBytes(StandardCharsets.US_ASCII);
        byte[] content = Scene.noise(1, 9_000); // does not compress, so it would be seen as it is
        System.arraycopy(secret, 0, content, 4_000, secret.length);
        try (Scene scene = new Scene(directory)) {
            WriterKeys writer = scene.keys.writerKeys();
            scene.destination.hook = (operation, key) -> {
                if (operation.equals("delete")) {
                    throw new PluginException(ErrorKind.PERMISSION, "A writer has no right to delete: " + key);
                }
            };
            BackupSummary earlier;
            try (Vault node = scene.open("stolen", writer)) {
                FakeTree tree = Scene.sampleTree().file("zsecret", content);
                earlier = scene.backup(node, "vm-1", tree);
                scene.backup(node, "vm-1", Scene.sampleTree().file("zother", Scene.noise(4, 20_000)));
                assertReadsNothing(node, earlier);
            }
            assertWritesOnce(scene.destination);
            sealedAndNotStored(scene, writer, content);
            byte[] dedup = java.util.Arrays.copyOfRange(writer.encoded(), 25, 57);
            assertNowhere(directory, secret, scene.keys.readerKeys());
            assertThatThrownBy(() -> ReaderKeys.decode(writer.encoded())).isInstanceOf(PluginException.class);
            assertThatThrownBy(() -> opened(scene, asReader(writer, dedup), earlier))
                    .isInstanceOf(PluginException.class);
            for (String key : scene.destination.keys("")) {
                assertThat(indexOf(scene.destination.get(key), secret)).as(key).isNegative();
            }
        }
    }

    /** What is there stays as it is, whatever a writer puts. */
    private static void assertWritesOnce(MemoryDestination destination) {
        for (String key : destination.keys("")) {
            byte[] there = destination.get(key);
            assertThatThrownBy(() -> destination.put(ObjectKey.of(key), Content.of(new byte[1]), CONTEXT))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.ALREADY_EXISTS));
            assertThat(destination.get(key)).isEqualTo(there);
        }
    }

    /** A node that is stolen in the middle of a backup: its packs wait in the staging directory. */
    private static void sealedAndNotStored(Scene scene, WriterKeys writer, byte[] content) throws Exception {
        Path staging = scene.directory.resolve("staging-stolen");
        byte[] changed = content.clone();
        changed[0] ^= 1;
        try (Vault node = scene.open("stolen", writer);
                WriteSession session = node.begin(new SessionRequest("vm-9", Optional.empty(), staging), CONTEXT)) {
            FakeTree tree = Scene.sampleTree().file("zstaged", changed);
            session.export(List.of(tree), Map.of(), NO_PROGRESS, CONTEXT.cancellation());
            session.seal(Optional.empty());
            Path loot = Files.createDirectories(scene.directory.resolve("loot"));
            try (Stream<Path> files = Files.walk(staging)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, loot.resolve(file.getFileName().toString()));
                }
            }
            assertThat(loot.toFile().list()).anyMatch(name -> name.endsWith(".pack"));
        }
    }

    private static void assertReadsNothing(Vault node, BackupSummary backup) throws PluginException {
        assertThatThrownBy(() -> node.read(backup.id(), CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION));
        assertThat(node.backups(CONTEXT))
                .allSatisfy(b -> assertThat(b.instanceId()).isEmpty());
        assertThatThrownBy(() -> node.forget(List.of(backup.id()), CONTEXT)).hasMessageContaining("no right to delete");
        assertThatThrownBy(() -> node.verify(new VerifyScope(Optional.empty(), 0, 1, true), NO_PROGRESS, CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION));
        assertThat(node.backups("vm-1", CONTEXT)).extracting(BackupSummary::id).contains(backup.id());
    }

    /** A reader's keys made of all that a writer has: the public key in place of the private one. */
    private static byte[] asReader(WriterKeys writer, byte[] dedup) {
        byte[] forged = java.util.Arrays.copyOf(writer.encoded(), 121);
        forged[3] = 'r';
        System.arraycopy(dedup, 0, forged, 89, 32);
        return forged;
    }

    private static int opened(Scene scene, byte[] keys, BackupSummary backup) throws PluginException {
        try (Vault vault = scene.factory("thief").openForReading(scene.destination, new ReaderKeys(keys), CONTEXT)) {
            return Scene.restore(vault, backup.id(), List.of()).entries.size();
        }
    }

    /** In no file of the node: cache, staging, notes. */
    private static void assertNowhere(Path directory, byte[] secret, ReaderKeys reader) throws Exception {
        byte[] privateKey = java.util.Arrays.copyOfRange(reader.encoded(), 89, 121);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                assertThat(indexOf(bytes, secret)).as(file.toString()).isNegative();
                assertThat(indexOf(bytes, privateKey)).as(file.toString()).isNegative();
            }
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
