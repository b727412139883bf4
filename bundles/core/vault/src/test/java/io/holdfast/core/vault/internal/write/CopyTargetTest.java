package io.holdfast.core.vault.internal.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.Ticker;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.IndexStore;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Destination;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CopyTargetTest {

    @TempDir
    Path directory;

    private final CountDownLatch putting = new CountDownLatch(1);
    private final CountDownLatch arrives = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private CopyTarget target;

    @BeforeEach
    void begin() throws PluginException {
        byte[] publicKey = new byte[32];
        publicKey[0] = 9;
        KeyRing keys = new KeyRing(new KeyCodec.Parts(new byte[16], 1, new byte[32], publicKey, null));
        Objects objects = new Objects(slow());
        VaultRuntime runtime = VaultRuntime.standard(directory);
        VaultCore core = new VaultCore(
                objects,
                keys,
                VaultOptions.standard(),
                runtime,
                new VaultIdentity(keys.vaultIdHex(), "appliance", 1, 4096),
                new IndexStore(objects, keys, runtime),
                Redundancy.none(),
                false,
                Ticker.system());
        BackupId session = new BackupId("a".repeat(32) + "." + "b".repeat(32));
        Known known = new Known(new VaultIndex(List.of(), Set.of()));
        target = new CopyTarget(core, session, known, Set.of(), Contexts.uncancelled());
    }

    @AfterEach
    void end() {
        arrives.countDown();
        thread.shutdownNow();
    }

    /** A destination whose puts take until the test lets them. */
    private Destination slow() {
        return (Destination) Proxy.newProxyInstance(
                Destination.class.getClassLoader(), new Class<?>[] {Destination.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("put")) {
                        throw new PluginException(ErrorKind.UNSUPPORTED, method.getName());
                    }
                    putting.countDown();
                    arrives.await();
                    return null;
                });
    }

    private static SealedPack pack(int number) {
        Id id = Id.of(Digests.sha256().digest(new byte[number]));
        return new SealedPack(id, PackFormat.DATA, 1000, List.of(new PackEntry(id, 128, 100)));
    }

    private CompletableFuture<Void> background(CopyTarget.Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (PluginException e) {
                        throw new AssertionError(e);
                    }
                },
                thread);
    }

    @Test
    @Timeout(20)
    void whoEndsTheCopyDoesNotWaitForASegmentUnderWayButKnowsOfIt() throws Exception {
        target.adopt(pack(1));
        CompletableFuture<Void> flushing = background(target::flush);
        putting.await();

        assertThat(target.close()).isTrue();

        arrives.countDown();
        flushing.get(10, TimeUnit.SECONDS);
    }

    @Test
    @Timeout(20)
    void aThreadThatOutlivesTheCopyIsKnownAndPutsNoSegment() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> working = background(() -> target.during(() -> {
            begun.countDown();
            await(arrives);
            target.adopt(pack(1));
        }));
        begun.await();

        assertThat(target.close()).isTrue();

        arrives.countDown();
        working.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(target::flush).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CANCELLED));
        assertThat(putting.getCount()).isOne();
        assertThatThrownBy(() -> target.during(() -> {})).isInstanceOf(PluginException.class);
    }

    @Test
    void aCopyWhoseThreadsHaveEndedLeavesNoDoubt() throws PluginException {
        arrives.countDown();
        target.during(() -> target.adopt(pack(1)));
        target.flush();
        assertThat(target.close()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
