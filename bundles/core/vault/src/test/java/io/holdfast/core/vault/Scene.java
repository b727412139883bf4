package io.holdfast.core.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A vault with small parameters on a destination in memory, and what tests do with it. */
final class Scene implements AutoCloseable {

    static final Progress NO_PROGRESS = Contexts.unwatched();
    static final TransferContext CONTEXT = Contexts.uncancelled();
    static final VaultOptions SMALL = new VaultOptions(4096, 1024, 4096, 16384, 64 << 10, 1024);

    final MemoryDestination destination;
    final Path directory;
    final NewVault keys;
    final MovableClock clock = new MovableClock();
    final Vault vault;

    static final class MovableClock extends Clock {
        volatile long millis = 1_750_000_000_000L;

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    Scene(Path directory) throws PluginException {
        this(directory, new MemoryDestination());
    }

    Scene(Path directory, MemoryDestination destination) throws PluginException {
        this.directory = directory;
        this.destination = destination;
        this.keys = factory("node").create(destination, SMALL, "appliance", null, CONTEXT);
        this.vault = open("node", keys.readerKeys());
    }

    VaultFactory factory(String node) {
        return VaultFactory.standard(runtime(node, Duration.ofHours(1), Duration.ofMillis(300)));
    }

    VaultRuntime runtime(String node, Duration renewal, Duration patience) {
        return new VaultRuntime(
                clock, new SecureRandom(), directory.resolve(node), 2, 2, 1, 1 << 20, renewal, patience);
    }

    Vault open(String node, VaultKeys with) throws PluginException {
        return factory(node).open(destination, with, "appliance", CONTEXT);
    }

    SessionRequest request(String instance, Optional<BackupId> previous) {
        return new SessionRequest(instance, previous, directory.resolve("staging-" + instance));
    }

    BackupSummary backup(Source... sources) throws PluginException {
        return backup(vault, "vm-1", sources);
    }

    BackupSummary backup(Vault with, String instance, Source... sources) throws PluginException {
        Optional<BackupId> previous = with.latest(instance, CONTEXT).map(BackupSummary::id);
        try (WriteSession session = with.begin(request(instance, previous), CONTEXT)) {
            return run(session, Map.of(), Optional.empty(), sources);
        }
    }

    static BackupSummary run(
            WriteSession session, Map<String, byte[]> documents, Optional<ChangeToken> token, Source... sources)
            throws PluginException {
        Background<BackupSummary> store = Background.start(() -> session.store(NO_PROGRESS, CONTEXT));
        try {
            session.export(List.of(sources), documents, NO_PROGRESS, CONTEXT.cancellation());
            session.seal(token);
        } catch (PluginException e) {
            session.close();
            store.ended();
            throw e;
        }
        return store.get();
    }

    FakeTarget restore(BackupId backup) throws PluginException {
        return restore(vault, backup, List.of());
    }

    static FakeTarget restore(Vault vault, BackupId backup, List<EntryPath> roots) throws PluginException {
        FakeTarget target = new FakeTarget();
        try (BackupReader reader = vault.read(backup, CONTEXT)) {
            RestoreReport report = reader.restoreTree("root", roots, target, NO_PROGRESS, CONTEXT);
            if (!report.problems().isEmpty()) {
                throw new PluginException(
                        report.problems().get(0).kind(),
                        report.problems().get(0).toString());
            }
        }
        return target;
    }

    static void assertSame(FakeTarget restored, FakeTree tree) {
        assertThat(restored.completed).isTrue();
        assertThat(restored.entries.stream().map(e -> e.path()).toList())
                .containsExactlyElementsOf(tree.nodes.keySet());
        tree.nodes.forEach((path, node) -> {
            if (node.kind() == EntryKind.FILE) {
                assertThat(restored.files.get(path)).as(path.toString()).isEqualTo(node.content());
            }
        });
        for (int i = 0; i < restored.entries.size(); i++) {
            var expected = tree.entries().get(i);
            assertThat(restored.entries.get(i).attributes()).isEqualTo(expected.attributes());
            assertThat(restored.entries.get(i).kind()).isEqualTo(expected.kind());
        }
    }

    static byte[] noise(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] text(long seed, int length) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(seed);
        while (text.length() < length) {
            text.append("word").append(random.nextInt(500)).append(' ');
        }
        return text.substring(0, length).getBytes();
    }

    static FakeTree sampleTree() {
        FakeTree tree = new FakeTree().dir("etc").dir("var").dir("var/lib").dir("var/log");
        for (int i = 0; i < 40; i++) {
            tree.file("etc/conf-" + i, text(i, 50 + 37 * i));
        }
        tree.file("etc/empty", new byte[0]);
        tree.file("var/lib/large", noise(1, 150_000));
        tree.file("var/lib/text", text(2, 90_000));
        tree.file("var/lib/zeroes", new byte[60_000]);
        tree.link("var/log/link", EntryKind.SYMLINK, "../lib/text");
        tree.link("var/log/zhard", EntryKind.HARDLINK, "var/lib/text");
        tree.file(EntryPath.of("var/log").resolve(new byte[] {(byte) 0xff, (byte) 0xfe, 'x'}), text(3, 500));
        return tree;
    }

    @Override
    public void close() {
        vault.close();
    }
}
