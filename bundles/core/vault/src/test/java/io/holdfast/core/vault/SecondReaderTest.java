package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this bundle writes, read by a program that was written from FORMAT.md, not from its code. */
class SecondReaderTest {

    private static final Pattern ITEM = Pattern.compile("\"number\": (\\d+), \"id\": \"([^\"]+)\"");

    @TempDir
    Path directory;

    Scene scene;
    SecondReader reader;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(directory);
        reader = new SecondReader(
                Files.createDirectories(directory.resolve("second")),
                "--key-file",
                scene.keys.recoveryKey().print());
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private BackupSummary backup(Map<String, byte[]> documents, Source... sources) throws Exception {
        Optional<BackupId> previous = scene.vault.latest("vm-1", CONTEXT).map(BackupSummary::id);
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", previous), CONTEXT)) {
            return Scene.run(session, documents, Optional.empty(), sources);
        }
    }

    private Path restored(BackupSummary backup) throws Exception {
        reader.take(scene.destination);
        Path target = directory.resolve("restored-" + backup.id());
        succeeded(reader.restore(backup, target));
        return target;
    }

    private static void succeeded(SecondReader.Reply reply) {
        assertThat(reply.status()).as(reply.output()).isZero();
    }

    @Test
    void every_state_of_a_disk_with_changed_blocks_is_read() throws Exception {
        FakeDisk disk = new FakeDisk(9_000_001);
        disk.write(0, Scene.text(1, 50_000));
        disk.write(4_000_000, Scene.noise(2, 300_000));
        disk.write(8_999_000, Scene.noise(3, 1_001));
        TreeMap<BackupSummary, byte[]> states = new TreeMap<>((a, b) -> a.id().compareTo(b.id()));
        states.put(scene.backup(disk), disk.content.clone());
        disk.tracking = true;
        for (int round = 0; round < 4; round++) {
            disk.changed.clear();
            disk.write(4_100_000 + round * 3_000, Scene.noise(round + 9, 9_000));
            disk.write(20_000 + round * 5_000, new byte[10_000]);
            disk.write(6_000_000, Scene.text(round, 3_000));
            states.put(scene.backup(disk), disk.content.clone());
        }

        for (Map.Entry<BackupSummary, byte[]> state : states.entrySet()) {
            assertThat(restored(state.getKey()).resolve("vda")).hasBinaryContent(state.getValue());
        }
        succeeded(reader.verify());
    }

    @Test
    void a_vault_whose_packs_were_rewritten_by_a_collection_is_read() throws Exception {
        FakeDisk disk = new FakeDisk(3_000_000);
        disk.write(0, Scene.noise(1, 1_500_000));
        BackupSummary first = scene.backup(disk);
        disk.tracking = true;
        disk.write(0, Scene.noise(2, 900_000));
        BackupSummary second = scene.backup(disk);
        scene.vault.forget(List.of(first.id()), CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);

        assertThat(restored(second).resolve("vda")).hasBinaryContent(disk.content);
        succeeded(reader.verify());
    }

    @Test
    void a_vault_with_parity_of_which_a_pack_was_repaired_is_read() throws Exception {
        FakeDisk disk = new FakeDisk(3_000_000);
        disk.write(0, Scene.noise(1, 1_500_000));
        try (Vault vault = scene.factory("parity")
                .open(scene.destination, scene.keys.readerKeys(), "appliance", new Redundancy(10), CONTEXT)) {
            BackupSummary backup = scene.backup(vault, "vm-1", disk);
            String pack = scene.destination.keys("packs/").get(0);
            byte[] bytes = scene.destination.get(pack).clone();
            bytes[1000] ^= 1;
            scene.destination.replace(pack, bytes);
            vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
            vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            assertThat(restored(backup).resolve("vda")).hasBinaryContent(disk.content);
            succeeded(reader.verify());
        }
    }

    @Test
    void streams_and_documents_are_read() throws Exception {
        byte[] dump = Scene.noise(4, 700_000);
        byte[] second = new byte[dump.length + 200_003];
        System.arraycopy(dump, 0, second, 200_003, dump.length);
        byte[] document = Scene.text(7, 5_000);
        scene.backup(new FakeStream(dump));
        BackupSummary backup = backup(Map.of("config.xml", document), new FakeStream(second));

        Path target = restored(backup);

        assertThat(target.resolve("dump")).hasBinaryContent(second);
        try (var files = Files.list(target)) {
            Path other = files.filter(f -> !f.endsWith("dump")).findFirst().orElseThrow();
            assertThat(other).hasBinaryContent(document);
            assertThat(other.getFileName()).asString().contains("config.xml");
        }
        succeeded(reader.verify());
    }

    @Test
    void items_with_changes_upon_them_are_read() throws Exception {
        FakeItems items = new FakeItems();
        for (int i = 0; i < 600; i++) {
            items.put("m" + (i * 7919 % 1000), Scene.text(i, 20 + i * 13));
        }
        items.put("empty", new byte[0]);
        items.put("large", Scene.noise(3, 100_000));
        scene.backup(items);
        items.complete = false;
        BackupSummary last = null;
        for (int round = 0; round < 3; round++) {
            items.put("m" + round, Scene.text(round + 1000, 300));
            items.put("new-" + round, Scene.text(round, 5_000));
            items.delete("m" + (100 + round));
            last = scene.backup(items);
        }

        Path mailbox = restored(last).resolve("mailbox");

        Map<String, String> numbers = new TreeMap<>();
        Matcher lines = ITEM.matcher(Files.readString(mailbox.resolve("items.jsonl")));
        while (lines.find()) {
            numbers.put(lines.group(2), String.format("%08d", Integer.parseInt(lines.group(1))));
        }
        assertThat(numbers.keySet()).containsExactlyInAnyOrderElementsOf(items.items.keySet());
        for (Map.Entry<String, String> number : numbers.entrySet()) {
            assertThat(mailbox.resolve(number.getValue() + ".content"))
                    .hasBinaryContent(items.contents.get(number.getKey()));
            assertThat(mailbox.resolve(number.getValue() + ".metadata"))
                    .hasBinaryContent(items.items.get(number.getKey()).metadata());
        }
        succeeded(reader.verify());
    }

    @Test
    void a_file_so_large_that_it_needs_map_blocks_is_read() throws Exception {
        byte[] large = Scene.noise(5, 9_000_000);
        BackupSummary backup = scene.backup(Scene.sampleTree().file("zlarge", large));

        Path root = restored(backup).resolve("root");

        assertThat(root.resolve("zlarge")).hasBinaryContent(large);
        assertThat(root.resolve("etc/conf-7")).hasBinaryContent(Scene.text(7, 50 + 37 * 7));
        assertThat(root.resolve("var/lib/zeroes")).hasBinaryContent(new byte[60_000]);
        assertThat(Files.isSameFile(root.resolve("var/lib/text"), root.resolve("var/log/zhard")))
                .isTrue();
    }

    @Test
    void shares_and_all_key_epochs_are_read() throws Exception {
        FakeDisk disk = new FakeDisk(200_000);
        disk.write(0, Scene.noise(1, 150_000));
        byte[] old = disk.content.clone();
        BackupSummary before = scene.backup(disk);
        NewShares shares = NewShares.make(scene.keys.readerKeys(), 2, 3, new SecureRandom());
        VaultFactory factory = scene.factory("rotating");
        ReaderKeys keys = scene.keys.readerKeys();
        factory.addSlot(scene.destination, keys, shares.slot(), "appliance", CONTEXT);
        RecoveryKey fresh = RecoveryKey.generate(new SecureRandom());
        keys = factory.rotate(
                scene.destination,
                keys,
                new Rotation(fresh, true, null, false, shares.shares(), false),
                "appliance",
                CONTEXT);
        keys = factory.rotate(
                scene.destination,
                keys,
                new Rotation(fresh, false, null, false, shares.shares(), false),
                "appliance",
                CONTEXT);
        disk.write(10_000, Scene.noise(2, 50_000));
        BackupSummary after;
        try (Vault vault = scene.open("rotated", keys.writerKeys())) {
            after = scene.backup(vault, "vm-1", disk);
        }
        String printed =
                shares.shares().get(2).print() + "\n" + shares.shares().get(0).print();
        for (String[] way : new String[][] {{"--share-file", printed}, {"--key-file", fresh.print()}}) {
            Path scratch = Files.createDirectories(directory.resolve("way" + way[0]));
            reader = new SecondReader(scratch, way[0], way[1]);
            reader.take(scene.destination);
            succeeded(reader.verify());
            succeeded(reader.restore(before, scratch.resolve("before")));
            succeeded(reader.restore(after, scratch.resolve("after")));
            assertThat(scratch.resolve("before/vda")).hasBinaryContent(old);
            assertThat(scratch.resolve("after/vda")).hasBinaryContent(disk.content);
        }
        reader = new SecondReader(
                directory.resolve("second"),
                "--key-file",
                scene.keys.recoveryKey().print());
        reader.take(scene.destination);
        assertThat(reader.restore(after, directory.resolve("refused")).output())
                .contains("key epoch 3, which is not known");
    }

    @Test
    void the_passphrase_opens_the_vault_as_well() throws Exception {
        MemoryDestination destination = new MemoryDestination();
        String passphrase = "correct horse – größer";
        NewVault keys =
                scene.factory("other").create(destination, Scene.SMALL, "appliance", passphrase.toCharArray(), CONTEXT);
        assertThat(keys.recoveryKey()).isNotNull();
        Path scratch = Files.createDirectories(directory.resolve("third"));
        SecondReader other = new SecondReader(scratch, "--passphrase-file", passphrase);
        other.take(destination);

        succeeded(other.verify());
        Files.writeString(scratch.resolve("key"), "wrong");
        assertThat(other.verify().output()).contains("passphrase opens none");
    }

    @Test
    void flipped_bytes_are_refused_by_name_wherever_they_are() throws Exception {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        reader.take(scene.destination);
        succeeded(reader.list());
        succeeded(reader.verify());
        succeeded(reader.verifyWithoutKey());

        for (String prefix : List.of("packs/", "index/", "manifests/", "leases/", "vault.hf")) {
            for (String key : scene.destination.keys(prefix)) {
                assertThatAFlipIsNamed(key);
            }
        }
        String pack = scene.destination.keys("packs/").get(0);
        flip(pack);
        assertThat(reader.verifyWithoutKey().output()).contains("DAMAGED " + pack);
        SecondReader.Reply refused = reader.restore(backup, directory.resolve("refused"));
        assertThat(refused.status()).as(refused.output()).isEqualTo(1);
        assertThat(refused.output()).contains(pack);
    }

    private void assertThatAFlipIsNamed(String key) throws Exception {
        flip(key);
        SecondReader.Reply reply = reader.verify();
        assertThat(reply.status()).as(key + ": " + reply.output()).isEqualTo(1);
        assertThat(reply.output()).contains("DAMAGED " + key);
        flip(key);
    }

    private void flip(String key) throws IOException {
        byte[] bytes = Files.readAllBytes(reader.file(key));
        bytes[bytes.length / 2] ^= 0x10;
        Files.write(reader.file(key), bytes);
    }

    @Test
    void a_copy_on_a_replica_is_read() throws Exception {
        FakeDisk disk = new FakeDisk(3_000_000);
        disk.write(0, Scene.noise(1, 1_500_000));
        scene.backup(disk);
        disk.write(100_000, Scene.noise(2, 400_000));
        BackupSummary second = scene.backup(disk);
        MemoryDestination replica = new MemoryDestination();
        scene.factory("node").replicate(scene.destination, replica, scene.keys.writerKeys(), "appliance", CONTEXT);
        try (Vault vault = scene.factory("node").open(replica, scene.keys.readerKeys(), "appliance", CONTEXT)) {
            CopyRequest request = CopyRequest.of(second.id(), directory.resolve("copies"));
            vault.copy(scene.vault, request, NO_PROGRESS, CONTEXT, CONTEXT);
            reader.take(replica);
            Path target = directory.resolve("restored");

            succeeded(reader.restore(vault.latest("vm-1", CONTEXT).orElseThrow(), target));

            assertThat(target.resolve("vda")).hasBinaryContent(disk.content);
            succeeded(reader.verify());
        }
    }

    @Test
    void a_mistyped_recovery_key_is_told_from_a_wrong_one() throws Exception {
        reader.take(scene.destination);
        Path key = directory.resolve("second/key");
        String printed = scene.keys.recoveryKey().print();
        Files.writeString(key, (printed.startsWith("A") ? "B" : "A") + printed.substring(1));
        assertThat(reader.list().output()).contains("mistyped");

        Files.writeString(key, RecoveryKey.generate(new SecureRandom()).print());
        assertThat(reader.list().output()).contains("opens none of the keys");
    }
}
