package io.holdfast.itests.crowd;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.CopyRequest;
import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.testkit.fake.RecordingProgress;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/** A vault, several nodes that have it open, the machines that they back up, and a replica. */
final class Crowd implements AutoCloseable {

    private static final String APPLIANCE = "appliance-1";
    private static final VaultOptions OPTIONS =
            new VaultOptions(16 << 10, 4 << 10, 16 << 10, 64 << 10, 1 << 20, 1 << 10);

    private final Path root;
    private final Destination[] destinations;
    private final Vault[] vaults;
    private final Destination replicaDestination;
    private final Vault replica;

    Crowd(Path root, Store.Kind kind, int nodes) throws Exception {
        this.root = root;
        Store store = kind.at(Files.createDirectories(root));
        destinations = new Destination[nodes];
        vaults = new Vault[nodes];
        NewVault created;
        try (Destination destination = store.open("creation")) {
            created = factory(0).create(destination, OPTIONS, APPLIANCE, null, new TestTransfer());
        }
        for (int node = 0; node < nodes; node++) {
            destinations[node] = store.open("node-" + node);
            vaults[node] = factory(node).open(destinations[node], created.readerKeys(), APPLIANCE, new TestTransfer());
        }
        replicaDestination =
                kind.at(Files.createDirectories(root.resolve("second"))).open("replica");
        factory(0).replicate(destinations[0], replicaDestination, created.readerKeys(), APPLIANCE, new TestTransfer());
        replica = factory(nodes).open(replicaDestination, created.readerKeys(), APPLIANCE, new TestTransfer());
    }

    private VaultFactory factory(int node) {
        return VaultFactory.standard(new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                root.resolve("cache-" + node),
                1,
                2,
                1,
                8 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60)));
    }

    Vault vault(int node) {
        return vaults[node % vaults.length];
    }

    private static Source source(int machine, int round) {
        return new StreamSource() {
            @Override
            public String name() {
                return "stream";
            }

            @Override
            public InputStream open() {
                return new MachineContent(machine, round);
            }
        };
    }

    /** The backup, and how long it took to begin. */
    record Made(BackupSummary summary, long beginMillis) {}

    Made backup(int machine, int round) throws Exception {
        Vault vault = vault(machine);
        String name = "machine-" + machine;
        Optional<BackupId> previous = vault.latest(name, new TestTransfer()).map(BackupSummary::id);
        long start = System.nanoTime();
        try (WriteSession session = vault.begin(
                new SessionRequest(name, previous, root.resolve("staging-" + machine)), new TestTransfer())) {
            long begun = (System.nanoTime() - start) / 1_000_000;
            FutureTask<BackupSummary> store =
                    new FutureTask<>(() -> session.store(new RecordingProgress(), new TestTransfer()));
            Thread thread = new Thread(store, "store-" + machine);
            thread.start();
            session.export(
                    List.of(source(machine, round)),
                    Map.of(),
                    new RecordingProgress(),
                    new TestTransfer().cancellation());
            session.seal(Optional.empty());
            return new Made(store.get(), begun);
        }
    }

    /** Copies a backup to the replica, and gives the id that it has there. */
    BackupId copy(int node, BackupId backup) throws PluginException {
        return replica.copy(
                        vault(node),
                        CopyRequest.of(backup, root.resolve("staging-copies")),
                        new RecordingProgress(),
                        new TestTransfer(),
                        new TestTransfer())
                .copy();
    }

    /** Whether a backup of the replica is what that machine held. */
    boolean rightInReplica(BackupId copy, int machine, int round) throws Exception {
        return right(replica, copy, machine, round);
    }

    /** Whether a backup is what that machine held. */
    boolean right(int node, BackupId backup, int machine, int round) throws Exception {
        return right(vault(node), backup, machine, round);
    }

    private static boolean right(Vault vault, BackupId backup, int machine, int round) throws Exception {
        try (BackupReader reader = vault.read(backup, new TestTransfer());
                InputStream in = reader.openStream("stream")) {
            return MachineContent.same(in, new MachineContent(machine, round));
        }
    }

    void collect(int node) throws PluginException {
        vault(node)
                .collect(
                        new CollectOptions(false, 0.25, Duration.ofSeconds(2)),
                        new RecordingProgress(),
                        new TestTransfer());
    }

    VerifyReport verify(int node, int slice, int slices) throws PluginException {
        return vault(node).verify(VerifyScope.rotation(slice, slices), new RecordingProgress(), new TestTransfer());
    }

    @Override
    public void close() {
        replica.close();
        replicaDestination.close();
        for (int i = 0; i < vaults.length; i++) {
            vaults[i].close();
            destinations[i].close();
        }
    }
}
