package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.internal.read.Changed;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Two vaults with keys of their own. Copies are made with reader keys of the first and writer keys of the second. */
final class TwoVaults implements AutoCloseable {

    final Scene first;
    final Scene second;
    final Path directory;
    /** Bytes that copies have read of the first. */
    final AtomicLong read = new AtomicLong();

    TwoVaults(Path directory) throws PluginException {
        this.directory = directory;
        first = new Scene(directory.resolve("first"));
        second = new Scene(directory.resolve("second"));
    }

    CopyReport copy(BackupSummary backup) throws PluginException {
        return copy(backup.id(), CONTEXT.cancellation());
    }

    /** In a process of its own. */
    CopyReport copy(BackupId backup, Cancellation cancellation) throws PluginException {
        try (Vault from = first.open("copier", first.keys.readerKeys());
                Vault to = VaultFactory.standard(second.runtime("copier", Duration.ofHours(1), Duration.ofMillis(300)))
                        .open(second.destination, second.keys.writerKeys(), "appliance", CONTEXT)) {
            CopyRequest request = CopyRequest.of(backup, directory.resolve("copies"));
            return to.copy(from, request, NO_PROGRESS, counted(), Contexts.of(cancellation));
        }
    }

    private TransferContext counted() {
        return new TransferContext() {
            @Override
            public Cancellation cancellation() {
                return CONTEXT.cancellation();
            }

            @Override
            public void transferred(long bytes) {
                read.addAndGet(bytes);
            }
        };
    }

    Optional<BackupId> copyOf(BackupSummary backup) throws PluginException {
        return second.vault.backups(CONTEXT).stream()
                .map(BackupSummary::id)
                .filter(id -> id.sameSession(backup.id()))
                .findFirst();
    }

    /** That a copy has everything of its backup, byte by byte, and nothing on its side is damaged. */
    void assertSame(BackupSummary backup, BackupId copy) throws PluginException {
        try (BackupReader one = first.vault.read(backup.id(), CONTEXT)) {
            assertSame(one, copy);
        }
        assertThat(second.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                .isEmpty();
        assertThat(second.vault.health(CONTEXT)).isEmpty();
    }

    private void assertSame(BackupReader one, BackupId copy) throws PluginException {
        try (BackupReader other = second.vault.read(copy, CONTEXT)) {
            BackupSummary a = one.summary();
            BackupSummary b = other.summary();
            assertThat(b.id().sameSession(a.id())).isTrue();
            assertThat(b.instanceId()).isEqualTo(a.instanceId());
            assertThat(b.sequence()).isEqualTo(a.sequence());
            assertThat(b.time()).isEqualTo(a.time());
            assertThat(b.stats()).isEqualTo(a.stats());
            assertThat(other.problems()).isEqualTo(one.problems());
            assertThat(names(other)).isEqualTo(names(one));
            assertDocuments(one.documents(), other.documents());
            for (SourceInfo source : one.sources()) {
                switch (source.shape()) {
                    case DISK, STREAM -> assertThat(bytes(other, source.name())).isEqualTo(bytes(one, source.name()));
                    case TREE -> assertTree(one, other, source.name());
                    case ITEMS -> assertItems(one, other, source.name());
                }
            }
        }
    }

    private static List<String> names(BackupReader reader) {
        return reader.sources().stream().map(s -> s.shape() + " " + s.name()).toList();
    }

    private static void assertDocuments(Map<String, byte[]> one, Map<String, byte[]> other) {
        assertThat(other.keySet()).isEqualTo(one.keySet());
        one.forEach((name, bytes) -> assertThat(other.get(name)).isEqualTo(bytes));
    }

    private static byte[] bytes(BackupReader reader, String source) throws PluginException {
        try (RandomReadable content = reader.openDisk(source)) {
            ByteBuffer all = ByteBuffer.allocate((int) content.size());
            if (all.hasRemaining()) {
                content.read(0, all);
            }
            return all.array();
        }
    }

    private static void assertTree(BackupReader one, BackupReader other, String source) throws PluginException {
        FakeTarget a = new FakeTarget();
        FakeTarget b = new FakeTarget();
        one.restoreTree(source, List.of(), a, NO_PROGRESS, CONTEXT);
        other.restoreTree(source, List.of(), b, NO_PROGRESS, CONTEXT);
        assertThat(b.entries).hasSameSizeAs(a.entries);
        for (int i = 0; i < a.entries.size(); i++) {
            TreeEntry entry = a.entries.get(i);
            assertThat(b.entries.get(i).path()).isEqualTo(entry.path());
            assertThat(b.entries.get(i).kind()).isEqualTo(entry.kind());
            assertThat(b.entries.get(i).attributes()).isEqualTo(entry.attributes());
        }
        assertThat(b.files.keySet()).isEqualTo(a.files.keySet());
        assertThat(Changed.files(other, source)).isEqualTo(Changed.files(one, source));
        a.files.forEach((path, bytes) ->
                assertThat(b.files.get(path)).as(path.toString()).isEqualTo(bytes));
    }

    private static void assertItems(BackupReader one, BackupReader other, String source) throws PluginException {
        List<ItemChange> a = one.items(source, null, 10_000);
        List<ItemChange> b = other.items(source, null, 10_000);
        assertThat(b).hasSameSizeAs(a);
        for (int i = 0; i < a.size(); i++) {
            ItemChange item = a.get(i);
            assertThat(b.get(i).id()).isEqualTo(item.id());
            assertThat(b.get(i).path()).isEqualTo(item.path());
            assertThat(b.get(i).version()).isEqualTo(item.version());
            assertThat(b.get(i).attributes()).isEqualTo(item.attributes());
            assertThat(b.get(i).metadata()).isEqualTo(item.metadata());
            try (InputStream in = one.openItem(source, item.id());
                    InputStream copied = other.openItem(source, item.id())) {
                assertThat(copied.readAllBytes()).as(item.id()).isEqualTo(in.readAllBytes());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        second.close();
        first.close();
    }
}
