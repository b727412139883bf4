package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.vault.NewShares;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a vault, from a request to the destination. */
class KeysTest {

    @TempDir
    Path directory;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = new Appliance(directory);
        appliance
                .hypervisor
                .addMachine("vm1")
                .addDisk("vda", 1 << 20)
                .write(0, "first".getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private Workflow succeeded(WorkflowRequest request) throws Exception {
        Workflow workflow = appliance.run(request);
        assertThat(workflow.state()).as(workflow.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.assets.secrets).isEmpty();
        return workflow;
    }

    private Workflow failed(WorkflowRequest request, String kind, String message) throws Exception {
        Workflow workflow = appliance.run(request);
        assertThat(workflow.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(workflow.errorKind()).isEqualTo(kind);
        assertThat(workflow.message()).contains(message);
        return workflow;
    }

    private Backup backedUp() throws Exception {
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        return appliance.catalog.backups().find(w.backupId()).orElseThrow();
    }

    private void restored(Backup backup, String name) throws Exception {
        succeeded(new WorkflowRequest.Restore(backup.id(), null, Map.of("name", List.of(name)), List.of()));
    }

    private ReaderKeys readerKeys() {
        return new ReaderKeys(appliance.assets.readerKeys.values().iterator().next());
    }

    private static List<String> printed(List<RecoveryShare> shares) {
        return shares.stream().map(RecoveryShare::print).toList();
    }

    private static WorkflowRequest rotation(@Nullable String fresh, List<String> shares, boolean withoutShares) {
        return new WorkflowRequest.RotateKeys("d1", null, fresh, null, false, shares, withoutShares);
    }

    @Test
    void aVaultIsAdoptedWithTwoOfThreeShares() throws Exception {
        NewShares made = NewShares.make(readerKeys(), 2, 3, new SecureRandom());
        succeeded(new WorkflowRequest.AddKeySlot("d1", made.slot()));

        List<String> printed = printed(made.shares());
        failed(adoption(printed.subList(0, 1)), "AUTHENTICATION", "needs 2 different shares");
        String typo =
                printed.get(1).replace(printed.get(1).charAt(20), printed.get(1).charAt(20) == 'A' ? 'B' : 'A');
        failed(adoption(List.of(printed.get(0), typo)), "AUTHENTICATION", "Share 2 of those given is mistyped");
        succeeded(adoption(printed.subList(1, 3)));
        backedUp();
    }

    private static WorkflowRequest adoption(List<String> shares) {
        return new WorkflowRequest.AdoptVault("d1", null, null, shares);
    }

    @Test
    void afterARotationNewBackupsAreOfANewEpochAndAllAreRestored() throws Exception {
        Backup before = backedUp();
        byte[] earlierReader = readerKeys().encoded();
        Workflow rotated = succeeded(rotation(null, List.of(), false));
        assertThat(rotated.message()).contains("key epoch 2");
        assertThat(readerKeys().epoch()).isEqualTo(2);
        assertThat(readerKeys().encoded()).isNotEqualTo(earlierReader);
        appliance.hypervisor.machine("vm1").disk("vda").write(0, "second".getBytes(StandardCharsets.UTF_8));
        Backup after = backedUp();
        assertThat(after.incremental()).isTrue();

        restored(before, "old");
        restored(after, "new");
        assertThat(appliance.hypervisor.machine("new").disk("vda").content())
                .isEqualTo(appliance.hypervisor.machine("vm1").disk("vda").content());
        String key = appliance.assets.recoveryKeys.values().iterator().next();
        succeeded(new WorkflowRequest.AdoptVault("d1", key, null));
    }

    @Test
    void aRotationWithANewRecoveryKeyKeepsThatOneAndRefusesTheEarlierOne() throws Exception {
        backedUp();
        String earlier = appliance.assets.recoveryKeys.values().iterator().next();
        String fresh = RecoveryKey.generate(new SecureRandom()).print();
        succeeded(rotation(fresh, List.of(), false));
        assertThat(appliance.assets.recoveryKeys.values()).containsExactly(fresh);
        failed(new WorkflowRequest.AdoptVault("d1", earlier, null), "AUTHENTICATION", "opens key epoch 1");
        succeeded(new WorkflowRequest.AdoptVault("d1", fresh, null));
    }

    @Test
    void sharesAreNotLeftBehindByARotationUnlessSomebodySaysSo() throws Exception {
        NewShares made = NewShares.make(readerKeys(), 2, 3, new SecureRandom());
        succeeded(new WorkflowRequest.AddKeySlot("d1", made.slot()));
        failed(rotation(null, List.of(), false), "INVALID_CONFIG", made.set() + " (2 of 3)");
        assertThat(readerKeys().epoch()).isEqualTo(1);
        succeeded(rotation(null, printed(made.shares()).subList(0, 2), false));
        succeeded(adoption(printed(made.shares()).subList(1, 3)));
        succeeded(rotation(null, List.of(), true));
        failed(adoption(printed(made.shares())), "AUTHENTICATION", "opens key epoch 2");
    }

    @Test
    void noFileOfANodeHoldsAKey() throws Exception {
        Backup backup = backedUp();
        restored(backup, "copy");
        ByteBuffer keys = ByteBuffer.wrap(readerKeys().encoded());
        List<byte[]> secrets = List.of(slice(keys, 25), slice(keys, 89));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (byte[] secret : secrets) {
                    assertThat(bytes.contains(new String(secret, StandardCharsets.ISO_8859_1)))
                            .as(file.toString())
                            .isFalse();
                }
            }
        }
    }

    /** Dedup secret and private key, FORMAT.md section 3.4. */
    private static byte[] slice(ByteBuffer keys, int at) {
        byte[] secret = new byte[32];
        keys.get(at, secret);
        return secret;
    }

    @Test
    void destroyedKeysAreGoneHereAndThereAndTheRecoveryKeyReadsNothing() throws Exception {
        Backup backup = backedUp();
        String key = appliance.assets.recoveryKeys.values().iterator().next();
        assertThatThrownBy(() -> appliance.run(new WorkflowRequest.DestroyKeys("d1", "Destination")))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("typed again");
        restored(backup, "copy");

        succeeded(new WorkflowRequest.DestroyKeys("d1", "destination"));

        assertThat(appliance.assets.readerKeys).isEmpty();
        assertThat(appliance.assets.writerKeys).isEmpty();
        assertThat(appliance.assets.recoveryKeys).isEmpty();
        assertThat(appliance.catalog.backups().find(backup.id())).isEmpty();
        assertThat(appliance.catalog.destinations().find("d1").orElseThrow().vaultId())
                .isEmpty();
        failed(new WorkflowRequest.AdoptVault("d1", key, null), "AUTHENTICATION", "were destroyed on purpose");
    }
}
