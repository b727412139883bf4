package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.source.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A vault of format version 1 and a replica of it, as they were written when the version was declared stable. They lie in
 * {@code version-1.zip} and are never written again: {@link FirstVersionTest} reads them with the code of the day.
 *
 * <p>In the archive: {@code vault/<key>} and {@code replica/<key>}, the objects; {@code keys}, ways to open both, a line each;
 * {@code expected}, what each backup holds, by {@link Holding}.
 */
final class FirstVersion {

    static final String PASSPHRASE = "a passphrase of long ago";

    private static final String VAULT = "vault/";
    private static final String REPLICA = "replica/";
    private static final VaultOptions OPTIONS = new VaultOptions(4096, 1024, 4096, 16384, 64 << 10, 1024);

    final MemoryDestination vault = new MemoryDestination();
    final MemoryDestination replica = new MemoryDestination();
    RecoveryKey recoveryKey = RecoveryKey.generate(new SecureRandom());
    List<RecoveryShare> shares = List.of();
    /** By the backup's id, then by what {@link Holding} calls it. */
    final Map<String, Map<String, String>> expected = new TreeMap<>();

    /** Reads the archive. */
    static FirstVersion load() throws IOException, PluginException {
        FirstVersion first = new FirstVersion();
        try (InputStream in = FirstVersion.class.getResourceAsStream("version-1.zip");
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                first.take(entry.getName(), zip.readAllBytes());
            }
        }
        return first;
    }

    private void take(String name, byte[] bytes) throws PluginException {
        if (name.startsWith(VAULT)) {
            vault.replace(name.substring(VAULT.length()), bytes);
        } else if (name.startsWith(REPLICA)) {
            replica.replace(name.substring(REPLICA.length()), bytes);
        } else if (name.equals("keys")) {
            List<String> lines = lines(bytes);
            recoveryKey = RecoveryKey.parse(lines.get(0));
            shares = List.of(
                    RecoveryShare.parse(lines.get(1), "the first share"),
                    RecoveryShare.parse(lines.get(2), "the second share"));
        } else {
            for (String line : lines(bytes)) {
                String[] parts = line.split("\t", 3);
                expected.computeIfAbsent(parts[0], id -> new TreeMap<>()).put(parts[1], parts[2]);
            }
        }
    }

    private static List<String> lines(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    /** Writes another archive: only for a further version of the format. */
    public static void main(String[] arguments) throws Exception {
        Path work = Files.createTempDirectory("first-version");
        new Making(work).make().save(Path.of(arguments[0]));
    }

    private void save(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<ObjectKey, byte[]> object : vault.objects.entrySet()) {
                add(zip, VAULT + object.getKey(), object.getValue());
            }
            for (Map.Entry<ObjectKey, byte[]> object : replica.objects.entrySet()) {
                add(zip, REPLICA + object.getKey(), object.getValue());
            }
            StringBuilder keys = new StringBuilder(recoveryKey.print()).append('\n');
            shares.forEach(share -> keys.append(share.print()).append('\n'));
            add(zip, "keys", keys.toString().getBytes(StandardCharsets.UTF_8));
            StringBuilder holdings = new StringBuilder();
            expected.forEach((id, holding) ->
                    holding.forEach((name, what) -> holdings.append(id + "\t" + name + "\t" + what + "\n")));
            add(zip, "expected", holdings.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** A vault's life in short: all shapes, all kinds of objects, two key epochs, a repair, a collection, copies. */
    private static final class Making {

        private final FirstVersion first = new FirstVersion();
        private final Path directory;
        private final VaultFactory factory;
        private final FakeDisk disk = new FakeDisk(3_000_000);
        private final FakeTree tree = Scene.sampleTree();
        private final FakeItems items = new FakeItems();

        Making(Path directory) {
            this.directory = directory;
            Scene.MovableClock clock = new Scene.MovableClock();
            factory = VaultFactory.standard(new VaultRuntime(
                    clock,
                    new SecureRandom(),
                    directory.resolve("node"),
                    2,
                    2,
                    1,
                    1 << 20,
                    java.time.Duration.ofHours(1),
                    java.time.Duration.ofMillis(300)));
            disk.write(0, Scene.text(1, 50_000));
            disk.write(1_500_000, Scene.noise(2, 60_000));
            disk.write(2_999_000, Scene.noise(3, 1_000));
            for (int i = 0; i < 60; i++) {
                items.put("m" + i, Scene.text(i, 20 + i * 13));
            }
        }

        FirstVersion make() throws PluginException {
            NewVault made = factory.create(first.vault, OPTIONS, "appliance", PASSPHRASE.toCharArray(), CONTEXT);
            first.recoveryKey = made.recoveryKey();
            try (Vault vault = open(first.vault, made.readerKeys())) {
                firstBackups(vault);
                collectionAndRepair(vault);
            }
            NewShares shares = NewShares.make(made.readerKeys(), 2, 3, new SecureRandom());
            first.shares = shares.shares().subList(1, 3);
            factory.addSlot(first.vault, made.readerKeys(), shares.slot(), "appliance", CONTEXT);
            Rotation all = new Rotation(first.recoveryKey, false, PASSPHRASE, false, first.shares, false);
            ReaderKeys second = factory.rotate(first.vault, made.readerKeys(), all, "appliance", CONTEXT);
            try (Vault vault = open(first.vault, second)) {
                secondBackups(vault);
                copies(vault, second);
                Holding.of(vault, first.expected);
            }
            return first;
        }

        private Vault open(MemoryDestination destination, VaultKeys keys) throws PluginException {
            return factory.open(destination, keys, "appliance", new Redundancy(10), CONTEXT);
        }

        private BackupSummary backup(Vault vault, String instance, Source... sources) throws PluginException {
            Optional<BackupId> previous = vault.latest(instance, CONTEXT).map(BackupSummary::id);
            SessionRequest request = new SessionRequest(instance, previous, directory.resolve("staging-" + instance));
            try (WriteSession session = vault.begin(request, CONTEXT)) {
                return Scene.run(session, Map.of("config.xml", Scene.text(7, 3_000)), Optional.empty(), sources);
            }
        }

        private void firstBackups(Vault vault) throws PluginException {
            backup(vault, "machine", disk);
            disk.tracking = true;
            for (int round = 0; round < 3; round++) {
                disk.changed.clear();
                disk.write(1_510_000 + round * 3_000, Scene.noise(round + 9, 9_000));
                disk.write(20_000 + round * 5_000, new byte[10_000]);
                backup(vault, "machine", disk);
            }
            backup(vault, "files", tree);
            tree.file("etc/conf-7", Scene.text(70, 900)).file("etc/new", Scene.text(71, 12_000));
            tree.nodes.remove(io.holdfast.spi.source.EntryPath.of("etc/conf-8"));
            backup(vault, "files", tree);
            backup(vault, "mailbox", items);
            items.complete = false;
            items.put("m3", Scene.text(72, 400));
            items.delete("m4");
            backup(vault, "mailbox", items);
            backup(vault, "database", new FakeStream(Scene.text(5, 120_000)));
        }

        private void collectionAndRepair(Vault vault) throws PluginException {
            vault.forget(List.of(vault.backups("machine", CONTEXT).get(0).id()), CONTEXT);
            vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            String pack = first.vault.keys("packs/").get(0);
            byte[] bytes = first.vault.get(pack).clone();
            bytes[500] ^= 1;
            first.vault.replace(pack, bytes);
            vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
        }

        private void secondBackups(Vault vault) throws PluginException {
            tree.file("var/lib/second-epoch", Scene.noise(73, 20_000));
            backup(vault, "files", tree);
            backup(vault, "database", new FakeStream(Scene.text(6, 40_000)));
        }

        private void copies(Vault vault, ReaderKeys keys) throws PluginException {
            factory.replicate(first.vault, first.replica, keys, "appliance", CONTEXT);
            try (Vault replica = open(first.replica, keys)) {
                for (String instance : List.of("files", "machine")) {
                    BackupId latest =
                            vault.latest(instance, CONTEXT).orElseThrow().id();
                    CopyRequest request = CopyRequest.of(latest, directory.resolve("copies"));
                    replica.copy(vault, request, NO_PROGRESS, CONTEXT, CONTEXT);
                }
                Holding.of(replica, first.expected);
            }
        }
    }
}
