package io.holdfast.itests.crash;

import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;

/** A vault on a file system, as the process that dies and the one that looks afterwards open it. */
final class Place {

    static final String APPLIANCE = "appliance-1";
    private static final VaultOptions SMALL = new VaultOptions(4096, 1024, 4096, 16384, 64 << 10, 1024);
    private static final int PIECE = 20_000;

    final Path store;
    final Path work;

    Place(Path store, Path work) {
        this.store = store;
        this.work = work;
    }

    private static DestinationType type() {
        return ServiceLoader.load(DestinationType.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(t -> t.id().equals("filesystem"))
                .findFirst()
                .orElseThrow();
    }

    private Settings settings() throws PluginException {
        return Settings.of(type().schema(), Map.of("paths", List.of(store.toString())));
    }

    private TestPluginContext context() throws PluginException {
        try {
            return TestPluginContext.in(Files.createDirectories(work.resolve("state")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private VaultFactory factory() {
        return VaultFactory.standard(new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                work.resolve("cache"),
                2,
                2,
                1,
                1 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3)));
    }

    /** Makes a vault; its keys are in the working directory afterwards. */
    void create() throws PluginException, IOException {
        type().initialize(settings(), context());
        try (Destination destination = destination()) {
            ReaderKeys keys = factory()
                    .create(destination, SMALL, APPLIANCE, null, new TestTransfer())
                    .readerKeys();
            Files.write(work.resolve("keys"), keys.encoded());
        }
    }

    Destination destination() throws PluginException {
        return type().open(settings(), context());
    }

    Vault vault(Destination destination) throws PluginException, IOException {
        ReaderKeys keys = ReaderKeys.decode(Files.readAllBytes(work.resolve("keys")));
        return factory().open(destination, keys, APPLIANCE, new TestTransfer());
    }

    /** What is backed up under a number; neighbours have much in common. */
    static byte[] content(int number) {
        byte[] content = new byte[12 * PIECE];
        for (int i = 0; i < 12; i++) {
            byte[] piece = new byte[PIECE];
            new Random((number + i) % 30).nextBytes(piece);
            System.arraycopy(piece, 0, content, i * PIECE, PIECE);
        }
        return content;
    }
}
