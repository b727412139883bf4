package io.holdfast.core.vault.synthetic;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.IndexStore;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** {@code generate|files|open|lookup|backup|collect|list DIRECTORY CHUNKS BACKUPS [DELAY]}: one whole process, which says what it took. */
public final class ScaleRun {

    private static final Progress NONE = Contexts.unwatched();
    private static final TransferContext CONTEXT = Contexts.uncancelled();
    private static final int LOOKUPS = 1_000_000;

    private final Path root;
    private final Dimensions dimensions;
    private final SyntheticDestination destination;
    private final ReaderKeys keys;
    private long start = System.nanoTime();

    private ScaleRun(Path root, Dimensions dimensions, long delay) throws Exception {
        this.root = root;
        this.dimensions = dimensions;
        this.destination = new SyntheticDestination(root, delay);
        this.keys = ReaderKeys.decode(Files.readAllBytes(root.resolve("keys")));
    }

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[1]);
        Dimensions dimensions = new Dimensions(Long.parseLong(args[2]), Integer.parseInt(args[3]), 1);
        if (args[0].equals("generate")) {
            long start = System.nanoTime();
            SyntheticVault.write(dimensions, root);
            System.out.printf(
                    Locale.ROOT,
                    "generate: %.1f s; %d machines, %.2f PiB logical; %s%n",
                    (System.nanoTime() - start) / 1e9,
                    dimensions.machines(),
                    (double) dimensions.positions() * Dimensions.CHUNK * dimensions.backups() / (1L << 50),
                    SyntheticVault.described(root));
        } else if (args[0].equals("files")) {
            SyntheticFiles.write(root, root.resolve("files"));
        } else {
            ScaleRun run = new ScaleRun(root, dimensions, args.length > 4 ? Long.parseLong(args[4]) : 0);
            try (Vault vault = run.open()) {
                run.measure(args[0], vault);
            }
        }
        memory();
    }

    private Vault open() throws Exception {
        VaultFactory factory = VaultFactory.standard(VaultRuntime.standard(root.resolve("cache")));
        return factory.open(destination, keys, "bench", CONTEXT);
    }

    private void measure(String what, Vault vault) throws Exception {
        say("open");
        switch (what) {
            case "open" -> begin(vault);
            case "lookup" -> lookup();
            case "backup" -> backup(vault);
            case "collect" -> collect(vault);
            case "list" -> list(vault);
            default -> throw new IllegalArgumentException(what);
        }
    }

    /** What has passed since the last time, and what the destination was asked. */
    private void say(String what) {
        System.out.printf(
                Locale.ROOT, "%s: %.2f s, requests %s%n", what, (System.nanoTime() - start) / 1e9, destination.asked());
        start = System.nanoTime();
    }

    private static void memory() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
        StringBuilder all = new StringBuilder("memory:");
        for (String line : lines) {
            if (line.startsWith("VmHWM") || line.startsWith("RssAnon") || line.startsWith("RssFile")) {
                long kib = Long.parseLong(line.replaceAll("[^0-9]", ""));
                all.append(' ')
                        .append(line, 0, line.indexOf(':'))
                        .append(' ')
                        .append(kib >> 10)
                        .append(" MiB,");
            }
        }
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(Locale.ROOT, "%s CPU %.1f s%n", all, system.getProcessCpuTime() / 1e9);
    }

    private void begin(Vault vault) throws Exception {
        Optional<BackupId> previous =
                vault.latest(Dimensions.instance(0), CONTEXT).map(BackupSummary::id);
        say("latest backup of a machine");
        for (int i = 0; i < 2; i++) {
            SessionRequest request = new SessionRequest(Dimensions.instance(0), previous, root.resolve("staging"));
            vault.begin(request, CONTEXT).close();
            say(i == 0 ? "first session begun and given up" : "second one");
        }
    }

    private void lookup() throws Exception {
        KeyRing ring = new KeyRing(KeyCodec.parts(keys));
        IndexStore store = new IndexStore(new Objects(destination), ring, VaultRuntime.standard(root.resolve("cache")));
        VaultIndex index = new VaultIndex(store.load(CONTEXT), Set.of());
        say(index.segments().size() + " segments loaded");
        List<Id> present = new ArrayList<>();
        List<Id> absent = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < LOOKUPS; i++) {
            present.add(dimensions.chunk((long) (random.nextDouble() * dimensions.chunks() * 0.99)));
            absent.add(dimensions.chunk(dimensions.chunks() * 2 + i));
        }
        start = System.nanoTime();
        for (int round = 0; round < 2; round++) {
            rate(index, present, LOOKUPS, (round == 0 ? "cold" : "warm") + " hits");
            rate(index, absent, 0, (round == 0 ? "cold" : "warm") + " misses");
        }
    }

    private void rate(VaultIndex index, List<Id> ids, int expected, String what) throws Exception {
        int found = 0;
        for (Id id : ids) {
            found += index.trusts(id) ? 1 : 0;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (found != expected) {
            throw new IllegalStateException(found + " found");
        }
        System.out.printf(Locale.ROOT, "%s: %,.0f a second%n", what, ids.size() / seconds);
        start = System.nanoTime();
    }

    /** A new machine with 2 GiB, then the same with 1 % changed. */
    private void backup(Vault vault) throws Exception {
        long seed = System.nanoTime();
        String name = "new-" + seed;
        BackupSummary first = backup(vault, name, Optional.empty(), new GeneratedDisk(seed, 2L << 30));
        backup(vault, name, Optional.of(first.id()), new GeneratedDisk(seed, 2L << 30, 41, 1));
    }

    private BackupSummary backup(Vault vault, String name, Optional<BackupId> previous, GeneratedDisk disk)
            throws Exception {
        SessionRequest request = new SessionRequest(name, previous, root.resolve("staging-new"));
        try (WriteSession session = vault.begin(request, CONTEXT)) {
            say("session begun");
            BackupSummary[] done = new BackupSummary[1];
            Exception[] failed = new Exception[1];
            Thread store = new Thread(() -> {
                try {
                    done[0] = session.store(NONE, CONTEXT);
                } catch (Exception e) {
                    failed[0] = e;
                }
            });
            store.start();
            session.export(List.of(disk), Map.of(), NONE, CONTEXT.cancellation());
            session.seal(Optional.empty());
            store.join();
            if (failed[0] != null) {
                throw failed[0];
            }
            say("backup, " + (done[0].stats().readBytes() >> 20) + " MiB read");
            return done[0];
        }
    }

    private void collect(Vault vault) throws Exception {
        List<BackupSummary> all = vault.backups(Dimensions.instance(0), CONTEXT);
        vault.forget(all.stream().limit(all.size() / 2).map(BackupSummary::id).toList(), CONTEXT);
        say("half of a machine's backups forgotten");
        for (boolean dry : new boolean[] {true, false}) {
            // data packs read as zeroes here, so that none can be rewritten; what that costs is reading and writing
            // them
            var report = vault.collect(new CollectOptions(dry, dry ? 0.25 : 1, Duration.ofMinutes(1)), NONE, CONTEXT);
            say((dry ? "preview of a collection: " : "collection: ") + report);
            memory();
        }
    }

    private void list(Vault vault) throws Exception {
        int n = vault.backups(CONTEXT).size();
        say(n + " backups listed");
    }
}
