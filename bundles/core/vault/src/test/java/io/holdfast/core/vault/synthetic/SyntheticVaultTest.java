package io.holdfast.core.vault.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.CollectReport;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.IndexStore;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectStat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The synthetic vault is a vault. */
class SyntheticVaultTest {

    private static final TransferContext CONTEXT = Contexts.uncancelled();
    private static final Dimensions SIZE = new Dimensions(20_000, 200, 3);
    private static final Progress NONE = Contexts.unwatched();

    @TempDir
    Path root;

    private SyntheticDestination destination;
    private ReaderKeys keys;
    private Vault vault;

    @BeforeEach
    void write() throws Exception {
        SyntheticVault.write(SIZE, root);
        destination = new SyntheticDestination(root, 0);
        keys = ReaderKeys.decode(Files.readAllBytes(root.resolve("keys")));
        vault = VaultFactory.standard(VaultRuntime.standard(root.resolve("cache")))
                .open(destination, keys, "bench", CONTEXT);
    }

    @AfterEach
    void close() {
        vault.close();
    }

    @Test
    void everyBackupIsListedAndOpens() throws Exception {
        List<BackupSummary> all = vault.backups(CONTEXT);
        assertThat(all).hasSize(200);
        assertThat(all.get(199).instanceId().orElseThrow()).startsWith("machine-");
        try (var reader = vault.read(all.get(199).id(), CONTEXT)) {
            assertThat(reader.sources().get(0).size()).isEqualTo((long) SIZE.positions() * Dimensions.CHUNK);
            assertThat(reader.openDisk("vda").extents(0, Dimensions.CHUNK)).isNotEmpty();
            assertThat(new String(reader.documents().get(SyntheticVault.DOCUMENT), StandardCharsets.UTF_8))
                    .contains("name=machine-");
        }
    }

    @Test
    void asFilesItHasTheSameObjects() throws Exception {
        SyntheticFiles.write(root, root.resolve("files"));
        for (ObjectStat pack : destination.list("packs/", null, 10_000, CONTEXT)) {
            assertThat(root.resolve("files/objects/" + pack.key().value().replace("/", "+/")))
                    .hasSize(pack.size());
        }
        assertThat(root.resolve("files/objects/vault.hf")).hasSameBinaryContentAs(root.resolve("objects/vault.hf"));
        assertThat(RecoveryKey.parse(
                        Files.readString(root.resolve("recovery-key")).strip()))
                .isNotNull();
    }

    @Test
    void everyChunkIsInTheIndexAndNoOther() throws Exception {
        KeyRing ring = new KeyRing(KeyCodec.parts(keys));
        IndexStore store = new IndexStore(new Objects(destination), ring, VaultRuntime.standard(root.resolve("cache")));
        VaultIndex index = new VaultIndex(store.load(CONTEXT), Set.of());
        for (long n = 0; n < 20_000; n += 7) {
            assertThat(index.trusts(SIZE.chunk(n))).isTrue();
            assertThat(index.trusts(SIZE.chunk(n + 50_000_000))).isFalse();
        }
    }

    @Test
    void nothingIsLostOrDeadUntilBackupsAreForgotten() throws Exception {
        CollectOptions preview = new CollectOptions(true, 1, Duration.ZERO);
        CollectReport before = vault.collect(preview, NONE, CONTEXT);
        assertThat(before.deletedPacks()).isZero();
        assertThat(before.missingPacks()).isZero();
        List<BackupSummary> all = vault.backups(Dimensions.instance(1), CONTEXT);
        vault.forget(all.stream().map(BackupSummary::id).toList(), CONTEXT);
        long dead = vault.collect(preview, NONE, CONTEXT).deletedPacks();
        CollectReport after = vault.collect(new CollectOptions(false, 1, Duration.ZERO), NONE, CONTEXT);
        assertThat(after.deletedPacks()).isEqualTo(dead).isGreaterThan(50);
        assertThat(vault.collect(preview, NONE, CONTEXT).deletedPacks()).isZero();
        assertThat(vault.backups(CONTEXT)).hasSize(100);
    }
}
