package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemAndStreamTest {

    @TempDir
    Path directory;

    Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private void assertSame(BackupSummary backup, FakeItems expected) throws PluginException {
        Map<String, byte[]> got = new ConcurrentHashMap<>();
        Map<String, ItemChange> metadata = new ConcurrentHashMap<>();
        ItemTarget target = new ItemTarget() {
            @Override
            public void put(ItemChange item, InputStream content) throws PluginException {
                try {
                    got.put(item.id(), content.readAllBytes());
                    metadata.put(item.id(), item);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void complete() {}

            @Override
            public void close() {}
        };
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            reader.restoreItems("mailbox", item -> true, target, NO_PROGRESS, CONTEXT);
        }
        assertThat(got.keySet()).containsExactlyInAnyOrderElementsOf(expected.items.keySet());
        expected.contents.forEach(
                (id, content) -> assertThat(got.get(id)).as(id).isEqualTo(content));
        expected.items.forEach((id, item) -> {
            assertThat(metadata.get(id).metadata()).isEqualTo(item.metadata());
            assertThat(metadata.get(id).path()).isEqualTo(item.path());
            assertThat(metadata.get(id).version()).isEqualTo(item.version());
        });
    }

    private static FakeItems mailbox(int count) {
        FakeItems items = new FakeItems();
        for (int i = 0; i < count; i++) {
            items.put("m" + (i * 7919 % 1000), Scene.text(i, 20 + i * 13));
        }
        items.put("empty", new byte[0]);
        items.put("large", Scene.noise(3, 100_000));
        return items;
    }

    @Test
    void itemsComeBackAndChangesAreAddedUponThem() throws PluginException {
        FakeItems items = mailbox(600);
        assertSame(scene.backup(items), items);
        items.complete = false;
        for (int round = 0; round < 5; round++) {
            items.opened.set(0);
            items.put("m" + round, Scene.text(round + 1000, 300));
            items.put("new-" + round, Scene.text(round, 5_000));
            items.delete("m" + (100 + round));
            assertSame(scene.backup(items), items);
            assertThat(items.opened.get()).isEqualTo(2);
        }
    }

    @Test
    void aCompleteFeedReadsOnlyNewVersions() throws PluginException {
        FakeItems items = mailbox(300);
        scene.backup(items);
        items.opened.set(0);
        items.put("m5", Scene.text(1, 100));
        items.delete("m6");
        assertSame(scene.backup(items), items);
        assertThat(items.opened.get()).isEqualTo(1);
    }

    @Test
    void changesWithoutABaseAreRefused() {
        FakeItems items = mailbox(3);
        items.complete = false;
        assertThatThrownBy(() -> scene.backup(items)).hasMessageContaining("without a change token");
    }

    @Test
    void itemsAreListedPageByPageAndOpenedAlone() throws PluginException {
        FakeItems items = mailbox(400);
        BackupSummary backup = scene.backup(items);
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            var first = reader.items("mailbox", null, 250);
            var rest = reader.items("mailbox", first.get(249).id(), 250);
            assertThat(first.size() + rest.size()).isEqualTo(402);
            assertThat(reader.openItem("mailbox", "large")).hasBinaryContent(Scene.noise(3, 100_000));
            assertThat(reader.openItem("mailbox", "empty")).isEmpty();
            assertThatThrownBy(() -> reader.openItem("mailbox", "none")).isInstanceOf(PluginException.class);
        }
    }

    @Test
    void aStreamComesBackByteForByteAndDeduplicates() throws PluginException {
        byte[] dump = Scene.noise(4, 700_000);
        scene.backup(new FakeStream(dump));
        byte[] shifted = new byte[dump.length + 3];
        System.arraycopy(dump, 0, shifted, 3, dump.length);
        BackupSummary second = scene.backup(new FakeStream(shifted));
        assertThat(second.stats().newBytes()).isLessThan(60_000);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamTarget target = new StreamTarget() {
            @Override
            public OutputStream stream() {
                return out;
            }

            @Override
            public void complete() {}

            @Override
            public void close() {}
        };
        try (BackupReader reader = scene.vault.read(second.id(), CONTEXT)) {
            reader.restoreStream("dump", target, NO_PROGRESS, CONTEXT);
            assertThat(reader.openStream("dump")).hasBinaryContent(shifted);
        }
        assertThat(out.toByteArray()).isEqualTo(shifted);
    }

    @Test
    void aStreamThatBreaksFailsTheBackup() throws PluginException {
        FakeStream broken = new FakeStream(new byte[0]) {
            @Override
            public InputStream open() {
                return new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the dump failed");
                    }
                };
            }
        };
        assertThatThrownBy(() -> scene.backup(broken)).hasMessageContaining("the dump failed");
        assertThat(scene.vault.backups(CONTEXT)).isEmpty();
    }
}
