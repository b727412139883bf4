package io.holdfast.access.cli;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.NewShares;
import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.RecordingProgress;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An appliance for a moment: makes a vault in a directory, backs something up into it, and is gone. */
final class SmallVault {

    private static final VaultOptions SMALL = new VaultOptions(4096, 1024, 4096, 16384, 64 << 10, 1024);
    private static final String OWNER = "the-lost-appliance";

    final Path directory;
    final Path keyFile;
    private final Path work;
    private final NewVault made;

    SmallVault(Path scratch) throws Exception {
        this(scratch, null);
    }

    SmallVault(Path scratch, char @Nullable [] passphrase) throws Exception {
        directory = Files.createDirectories(scratch.resolve("vault"));
        work = Files.createDirectories(scratch.resolve("work"));
        keyFile = scratch.resolve("recovery-key");
        type().initialize(settings(), context());
        try (Destination destination = type().open(settings(), context())) {
            made = factory().create(destination, SMALL, OWNER, passphrase, new TestTransfer());
        }
        Files.writeString(keyFile, made.recoveryKey().print() + "\n");
    }

    /** Makes a set of recovery shares. */
    List<String> shares(int threshold, int count) throws Exception {
        NewShares shares = NewShares.make(made.readerKeys(), threshold, count, new SecureRandom());
        try (Destination destination = type().open(settings(), context())) {
            factory().addSlot(destination, made.readerKeys(), shares.slot(), OWNER, new TestTransfer());
        }
        return shares.shares().stream().map(RecoveryShare::print).toList();
    }

    private static DestinationType type() {
        return ServiceLoader.load(DestinationType.class).findFirst().orElseThrow();
    }

    private Settings settings() throws PluginException {
        return Settings.of(type().schema(), Map.of("paths", List.of(directory.toString()), "reserve", List.of("0")));
    }

    private TestPluginContext context() {
        return TestPluginContext.in(work).ofAppliance(OWNER);
    }

    private VaultFactory factory() {
        return VaultFactory.standard(VaultRuntime.standard(work.resolve("cache")));
    }

    /** Backs a directory up as the appliance would. */
    BackupId backUp(Path tree) throws Exception {
        StrategyType type = ServiceLoader.load(StrategyType.class).findFirst().orElseThrow();
        Path scratch = Files.createTempDirectory(work, "scratch");
        RecordingTaskContext task = RecordingTaskContext.of("task", scratch);
        try (Strategy strategy = type.connect(Settings.of(type.schema(), Map.of()), context())) {
            InstanceDescription instance = strategy.describe(tree.toString(), task);
            Settings options = Settings.of(type.instanceSchema(), Map.of());
            try (ExportSession session =
                    strategy.openExport(new ExportRequest(instance, options, Optional.empty()), task)) {
                Map<String, byte[]> documents = new java.util.HashMap<>(session.metadata());
                documents.putAll(passport(tree.toString(), "filesystem"));
                return store(tree.toString(), documents, session.sources());
            }
        }
    }

    /** Backs a machine with one disk and one dump up. */
    BackupId backUpMachine(byte[] disk, byte[] dump) throws Exception {
        Map<String, byte[]> documents = new java.util.HashMap<>(passport("machine-1", "hypervisor"));
        documents.put("domain.xml", "<domain/>".getBytes());
        return store("machine-1", documents, List.of(new Disk("vda", disk), new Dump("database/dump", dump)));
    }

    private static Map<String, byte[]> passport(String id, String strategy) {
        String text = "externalId=" + id + "\ninstance=i-1\nkind=thing\nname=" + id + "\nprovider=p\nproviderName=p\n"
                + "providerType=" + strategy + "\nsize=-1\n";
        return Map.of(".holdfast.instance", text.getBytes());
    }

    private BackupId store(String instance, Map<String, byte[]> documents, List<Source> sources) throws Exception {
        try (Destination destination = type().open(settings(), context());
                Vault vault = factory().open(destination, made.readerKeys(), OWNER, new TestTransfer());
                WriteSession session = vault.begin(
                        new SessionRequest(instance, Optional.empty(), Files.createTempDirectory(work, "staging")),
                        new TestTransfer())) {
            CompletableFuture<BackupSummary> stored = CompletableFuture.supplyAsync(() -> {
                try {
                    return session.store(new RecordingProgress(), new TestTransfer());
                } catch (PluginException e) {
                    throw new IllegalStateException(e);
                }
            });
            session.export(sources, documents, new RecordingProgress(), new TestTransfer().cancellation());
            session.seal(Optional.empty());
            return stored.get().id();
        }
    }

    private record Disk(String name, byte[] content) implements DiskSource {
        @Override
        public long size() {
            return content.length;
        }

        @Override
        public RandomReadable open() {
            return new RandomReadable() {
                @Override
                public long size() {
                    return content.length;
                }

                @Override
                public List<Extent> extents(long offset, long length) {
                    return List.of(new Extent(offset, length, Extent.State.DATA));
                }

                @Override
                public int read(long offset, ByteBuffer target) {
                    int n = Math.min(target.remaining(), content.length - (int) offset);
                    target.put(content, (int) offset, n);
                    return n;
                }

                @Override
                public void close() {}
            };
        }
    }

    private record Dump(String name, byte[] content) implements StreamSource {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(content);
        }
    }
}
