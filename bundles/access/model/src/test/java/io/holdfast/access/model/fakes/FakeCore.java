package io.holdfast.access.model.fakes;

import io.holdfast.access.model.CoreServices;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogState;
import io.holdfast.core.catalog.Node;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.ShownSettings;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.core.worker.InstanceSnapshots;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.StrategyType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A core in memory, with one of everything: provider p1, destination d1 with a vault, instance i1, backup b1. */
public final class FakeCore implements CoreServices {

    public final FakeEstate estate = new FakeEstate();
    public final FakeAccounts accounts = new FakeAccounts();
    public final FakeWorkflows workflows = new FakeWorkflows();
    public final FakePolicies policies = new FakePolicies();
    public final FakeMasterKeys masterKeys = new FakeMasterKeys();
    public final FakeContents contents = new FakeContents();
    public final FakeApprovals approvals = new FakeApprovals();

    /** What the provider lists for every instance. */
    public final List<SnapshotInfo> snapshots = new java.util.concurrent.CopyOnWriteArrayList<>(List.of(
            new SnapshotInfo(
                    "hf-1",
                    "before upgrade",
                    FakeWorkflows.NOW,
                    true,
                    "why",
                    Optional.of("by-hand"),
                    true,
                    SnapshotConsistency.MEMORY,
                    -1),
            new SnapshotInfo("by-hand", "by-hand", FakeWorkflows.NOW.minusSeconds(60), false)));

    public final FakeCatalog catalog = new FakeCatalog(workflows);

    /** Whether the catalogue, and with it almost everything, is missing. */
    public volatile boolean down;

    /** A failure of the core that nobody thought of; null for none. */
    public volatile RuntimeException defect;

    public FakeCore() {
        try {
            estate.createProvider("filesystem", "files", Map.of("url", List.of("x"), "password", List.of("secret")));
            estate.createDestination("filesystem", "store", Map.of("paths", List.of("/a", "/b")));
        } catch (PluginException e) {
            throw new IllegalStateException(e);
        }
        estate.destinationVault("d1", "v1");
        estate.instances.put(
                "i1",
                new InstanceInfo(
                        "i1",
                        "p1",
                        "/srv/data",
                        "data",
                        "directory",
                        4096,
                        Map.of("tag", "x"),
                        new ShownSettings(Map.of("excludes", List.of("*.tmp")), Set.of()),
                        true,
                        FakeWorkflows.NOW));
        catalog.backups.add(backup("b1", Backup.Status.PARTIAL, 1));
        catalog.backups.setScreenshot("b1", new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        catalog.nodes.add(new Node("n1", "node one", FakeWorkflows.NOW, Map.of("version", "1")));
        contents.files.put(EntryPath.of("hello.txt"), "Hello, world!".getBytes(StandardCharsets.UTF_8));
        contents.files.put(EntryPath.of(new byte[] {'o', 'd', 'd', (byte) 0xff, '\n', '"'}), new byte[] {1, 2, 3});
    }

    public static Backup backup(String id, Backup.Status status, long problems) {
        return backup(id, status, problems, null, Backup.Verification.NEVER);
    }

    /** A backup that a proof has found damage in. */
    public static Backup damaged(String id) {
        return backup(id, Backup.Status.SUCCESS, 0, FakeWorkflows.NOW, Backup.Verification.DAMAGED);
    }

    private static Backup backup(
            String id, Backup.Status status, long problems, Instant verified, Backup.Verification verification) {
        return new Backup(
                id,
                "i1",
                "d1",
                "w0",
                true,
                status,
                FakeWorkflows.NOW,
                FakeWorkflows.NOW,
                new Backup.Stats(1000, 500, 400, 100, 3, problems, 1500),
                "",
                "",
                verified,
                verification,
                null,
                0,
                "");
    }

    private <T> T unlessDown(T service) throws PluginException {
        if (defect != null) {
            throw defect;
        }
        if (down) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the catalogue is damaged: restore it or rebuild it");
        }
        return service;
    }

    @Override
    public String version() {
        return "1.2.3";
    }

    @Override
    public Optional<CatalogState.Status> catalogState() {
        return Optional.of(
                down
                        ? new CatalogState.Status(
                                CatalogState.Phase.DAMAGED, "catalog.db", "the catalogue is damaged", FakeWorkflows.NOW)
                        : new CatalogState.Status(CatalogState.Phase.READY, "catalog.db", "", FakeWorkflows.NOW));
    }

    @Override
    public FakeEstate estate() throws PluginException {
        return unlessDown(estate);
    }

    @Override
    public FakeAccounts accounts() throws PluginException {
        return down ? unlessDown(accounts) : accounts;
    }

    @Override
    public FakeWorkflows workflows() throws PluginException {
        return unlessDown(workflows);
    }

    @Override
    public FakePolicies policies() throws PluginException {
        return unlessDown(policies);
    }

    @Override
    public FakeApprovals approvals() throws PluginException {
        return unlessDown(approvals);
    }

    @Override
    public FakeContents contents() throws PluginException {
        return unlessDown(contents);
    }

    @Override
    public InstanceSnapshots snapshots() throws PluginException {
        return unlessDown(id -> snapshots);
    }

    @Override
    public Catalog catalog() throws PluginException {
        return unlessDown(catalog);
    }

    @Override
    public VaultKeys vaultKeys() throws PluginException {
        return unlessDown(new VaultKeys() {
            @Override
            public byte[] read(String vaultId, Part part) {
                return part == Part.READER
                        ? java.util.Arrays.copyOf(
                                "HFkr\1----------------\0\0\0\1".getBytes(StandardCharsets.UTF_8), 121)
                        : "AAAAA-BBBBB".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public Optional<byte[]> find(String vaultId, Part part) {
                return Optional.of(read(vaultId, part));
            }

            @Override
            public void store(String vaultId, Part part, byte[] key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void replace(String vaultId, Part part, byte[] key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void remove(String vaultId) {
                throw new UnsupportedOperationException();
            }
        });
    }

    @Override
    public FakeMasterKeys masterKeys() throws PluginException {
        return unlessDown(masterKeys);
    }

    @Override
    public PluginRegistry plugins() {
        return new FakePlugins();
    }

    private static final class FakePlugins implements PluginRegistry {

        private static PluginDescription description(PluginKind kind) {
            SettingsSchema schema = SettingsSchema.of(
                    Setting.of("url", SettingKind.STRING, "Address", "Where it is."),
                    Setting.of("mode", SettingKind.STRING, "Mode", "How.").withChoices("fast", "safe"),
                    Setting.of("paths", SettingKind.PATH, "Paths", "Where.").asList(),
                    Setting.of("password", SettingKind.STRING, "Password", "For the user.")
                            .asSecret());
            SettingsSchema restore = SettingsSchema.of(
                    Setting.of("target", SettingKind.PATH, "Target", "Where to."),
                    Setting.of("overwrite", SettingKind.STRING, "Overwrite", "Which.")
                            .withChoices("always", "never")
                            .withDefault("never"));
            return new PluginDescription(
                    kind,
                    "filesystem",
                    "File system",
                    schema,
                    schema,
                    restore,
                    restore,
                    restore,
                    "io.holdfast.sample",
                    "1.0.0");
        }

        @Override
        public List<PluginDescription> list() {
            return List.of(description(PluginKind.STRATEGY), description(PluginKind.DESTINATION));
        }

        @Override
        public List<PluginDescription> list(PluginKind kind) {
            return List.of(description(kind));
        }

        @Override
        public Optional<PluginDescription> find(PluginKind kind, String id) {
            return id.equals("filesystem") ? Optional.of(description(kind)) : Optional.empty();
        }

        @Override
        public PluginDescription describe(PluginKind kind, String id) throws PluginException {
            return find(kind, id)
                    .orElseThrow(() -> new PluginException(ErrorKind.UNSUPPORTED, "'" + id + "' is not installed"));
        }

        @Override
        public PluginUse<StrategyType> useStrategy(String id, Runnable onDeparture) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PluginUse<DestinationType> useDestination(String id, Runnable onDeparture) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Subscription subscribe(Listener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
