package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Version 1 of the format is stable: a vault that was written when that was said stays readable, and goes on. A test that fails here
 * means that the vaults of everybody have become unreadable, not that the archive has to be written anew.
 */
class FirstVersionTest {

    @TempDir
    Path directory;

    FirstVersion first;
    VaultFactory factory;

    @BeforeEach
    void begin() throws Exception {
        first = FirstVersion.load();
        factory = VaultFactory.standard(new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                directory.resolve("node"),
                2,
                2,
                1,
                1 << 20,
                Duration.ofHours(1),
                Duration.ofMillis(300)));
    }

    private Map<String, Map<String, String>> held(MemoryDestination destination, ReaderKeys keys)
            throws PluginException {
        Map<String, Map<String, String>> held = new TreeMap<>();
        try (Vault vault = factory.openForReading(destination, keys, CONTEXT)) {
            Holding.of(vault, held);
        }
        return held;
    }

    private Vault open(VaultKeys keys) throws PluginException {
        return factory.open(first.vault, keys, "appliance", new Redundancy(10), CONTEXT);
    }

    private ReaderKeys keys() throws PluginException {
        return factory.unlock(first.vault, first.recoveryKey, CONTEXT);
    }

    @Test
    void every_backup_of_it_and_of_its_replica_is_what_it_was() throws Exception {
        Map<String, Map<String, String>> held = held(first.vault, keys());
        Map<String, Map<String, String>> copied =
                held(first.replica, factory.unlock(first.replica, first.recoveryKey, CONTEXT));

        assertThat(held).hasSize(10);
        assertThat(copied).hasSize(2);
        held.putAll(copied);
        assertThat(held).isEqualTo(first.expected);
    }

    @Test
    void passphrase_and_shares_open_it() throws Exception {
        ReaderKeys byPassphrase = factory.unlock(first.vault, FirstVersion.PASSPHRASE.toCharArray(), CONTEXT);
        ReaderKeys byShares = factory.unlock(first.replica, first.shares, CONTEXT);

        assertThat(held(first.vault, byPassphrase)).hasSize(10);
        assertThat(held(first.replica, byShares)).hasSize(2);
    }

    @Test
    void verification_finds_nothing_and_a_collection_loses_nothing() throws Exception {
        try (Vault vault = open(keys())) {
            vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            assertThat(vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                    .isEmpty();
        }
        Map<String, Map<String, String>> held = held(first.vault, keys());
        assertThat(held).hasSize(10);
        assertThat(first.expected).containsAllEntriesOf(held);
    }

    @Test
    void what_it_holds_is_cut_and_recognised_as_it_was() throws Exception {
        try (Vault vault = open(keys().writerKeys());
                Vault reading = open(keys())) {
            FakeDisk disk = disk(reading);
            FakeTree tree = tree(reading);

            // of some 30 chunks; how blocks are laid out depends on what was there before
            assertThat(backup(vault, "another machine", disk).stats().newChunks())
                    .isLessThanOrEqualTo(2);
            assertThat(backup(vault, "other files", tree).stats().newChunks()).isZero();
        }
    }

    private static FakeDisk disk(Vault vault) throws PluginException {
        BackupId latest = vault.latest("machine", CONTEXT).orElseThrow().id();
        try (BackupReader reader = vault.read(latest, CONTEXT);
                RandomReadable content = reader.openDisk("vda")) {
            FakeDisk disk = new FakeDisk((int) content.size());
            ByteBuffer bytes = ByteBuffer.wrap(disk.content);
            while (bytes.hasRemaining()) {
                content.read(bytes.position(), bytes);
            }
            return disk;
        }
    }

    private static FakeTree tree(Vault vault) throws PluginException {
        BackupId full =
                vault.backups("files", CONTEXT).get(0).id(); // later ones have changed files in chunks of their own
        FakeTarget restored = Scene.restore(vault, full, List.of());
        FakeTree tree = new FakeTree();
        restored.entries.forEach(entry -> tree.nodes.put(
                entry.path(),
                new FakeTree.Node(
                        entry.kind(),
                        restored.files.getOrDefault(entry.path(), new byte[0]),
                        entry.attributes().linkTarget(),
                        entry.kind() == EntryKind.FILE ? 1 : 0)));
        return tree;
    }

    private BackupSummary backup(Vault vault, String instance, io.holdfast.spi.source.Source source)
            throws PluginException {
        SessionRequest request = new SessionRequest(instance, Optional.empty(), directory.resolve("staging"));
        try (WriteSession session = vault.begin(request, CONTEXT)) {
            return Scene.run(session, Map.of(), Optional.empty(), source);
        }
    }

    @Test
    void the_second_reader_reads_it() throws Exception {
        SecondReader reader = new SecondReader(
                Files.createDirectories(directory.resolve("second")), "--key-file", first.recoveryKey.print());
        reader.take(first.vault);

        try (Vault vault = factory.openForReading(first.vault, keys(), CONTEXT)) {
            for (String instance : List.of("machine", "files", "mailbox", "database")) {
                BackupSummary latest = vault.latest(instance, CONTEXT).orElseThrow();
                SecondReader.Reply reply = reader.restore(latest, directory.resolve(instance));
                assertThat(reply.status()).as(reply.output()).isZero();
            }
        }
        Map<String, String> machine = first.expected.get(latest("machine"));
        assertThat(Holding.digest(Files.readAllBytes(directory.resolve("machine/vda"))))
                .isEqualTo(machine.get("vda"));
    }

    @Test
    void the_second_reader_finds_nothing_wrong_with_its_replica() throws Exception {
        SecondReader reader = new SecondReader(
                Files.createDirectories(directory.resolve("second")), "--key-file", first.recoveryKey.print());
        reader.take(first.replica);

        SecondReader.Reply verified = reader.verify();

        assertThat(verified.status()).as(verified.output()).isZero();
    }

    private String latest(String instance) throws PluginException {
        try (Vault vault = factory.openForReading(first.vault, keys(), CONTEXT)) {
            return vault.latest(instance, CONTEXT).orElseThrow().id().value();
        }
    }
}
