package io.holdfast.core.vault.bench;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code init|backup|restore <vault> [<directory>] [<level>]}: one whole process, to be timed beside others. {@code -Dparity=10} for parity. */
public final class WholeProcess {

    private static final Progress NONE = Contexts.unwatched();

    private WholeProcess() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[1]);
        Files.createDirectories(root.resolve("vault"));
        Redundancy parity = new Redundancy(Integer.getInteger("parity", 0));
        int level = args.length > 3 ? Integer.parseInt(args[3]) : 2;
        int cores = Integer.getInteger("workers", Runtime.getRuntime().availableProcessors());
        VaultRuntime runtime = new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                root.resolve("cache"),
                cores,
                2,
                level,
                1L << 30,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1));
        VaultFactory factory = VaultFactory.standard(runtime);
        TransferContext context = Contexts.uncancelled();
        DirectoryDestination destination = new DirectoryDestination(root.resolve("vault"));
        if (args[0].equals("init")) {
            NewVault created = factory.create(destination, VaultOptions.standard(), "bench", null, context);
            Files.write(root.resolve("keys"), created.readerKeys().encoded());
            return;
        }
        ReaderKeys keys = ReaderKeys.decode(Files.readAllBytes(root.resolve("keys")));
        try (Vault vault = factory.open(destination, keys, "bench", parity, context)) {
            if (args[0].equals("backup")) {
                backup(vault, root, Path.of(args[2]), context);
            } else {
                BackupSummary latest = vault.latest("it", context).orElseThrow();
                Files.createDirectories(Path.of(args[2]));
                try (BackupReader reader = vault.read(latest.id(), context)) {
                    var report =
                            reader.restoreTree("root", List.of(), new DirectoryTarget(Path.of(args[2])), NONE, context);
                    System.out.println(report.entries() + " entries, " + report.bytes() + " bytes, problems "
                            + report.problems().size());
                }
            }
        }
    }

    /** A backup into a new vault in a new directory; gives the seconds from the beginning of the session to its end. */
    public static double firstBackup(VaultFactory factory, Path root, Path directory) throws Exception {
        TransferContext context = Contexts.uncancelled();
        Files.createDirectories(root.resolve("vault"));
        DirectoryDestination destination = new DirectoryDestination(root.resolve("vault"));
        NewVault created = factory.create(destination, VaultOptions.standard(), "bench", null, context);
        try (Vault vault = factory.open(destination, created.readerKeys(), "bench", context)) {
            long start = System.nanoTime();
            backup(vault, root, directory, context);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static void backup(Vault vault, Path root, Path directory, TransferContext context) throws Exception {
        Optional<BackupSummary> previous = vault.latest("it", context);
        SessionRequest request = new SessionRequest("it", previous.map(BackupSummary::id), root.resolve("staging"));
        try (WriteSession session = vault.begin(request, context)) {
            Throwable[] failed = new Throwable[1];
            Thread store = new Thread(() -> {
                try {
                    System.out.println(session.store(NONE, context).stats());
                } catch (PluginException e) {
                    failed[0] = e;
                }
            });
            store.start();
            session.export(List.of(new DirectoryTree(directory)), Map.of(), NONE, context.cancellation());
            session.seal(Optional.empty());
            store.join();
            if (failed[0] != null) {
                throw new IllegalStateException(failed[0]);
            }
        }
    }
}
