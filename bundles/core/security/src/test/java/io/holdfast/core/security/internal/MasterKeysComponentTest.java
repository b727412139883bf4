package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.security.MasterKeyStatus;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the secret store is there, and how often a key service is asked. */
class MasterKeysComponentTest {

    private static final KeyWays WAYS = KeyWays.of(Map.of("keys.hsm.type", "counting", "keys.hsm.key", "k"));

    @TempDir
    Path directory;

    private final List<SecretStore> published = new CopyOnWriteArrayList<>();
    private final Counting service = new Counting();
    private OpenCatalog open;
    private @Nullable MasterKeysComponent component;

    @BeforeEach
    void open() {
        open = OpenCatalog.sqlite(directory);
    }

    @AfterEach
    void close() {
        stop();
        open.close();
    }

    private MasterKeysComponent start(long plugin) throws Exception {
        MasterKeysComponent started = new MasterKeysComponent(
                open.catalog(),
                new PrivateFiles(directory.resolve("security")),
                WAYS,
                store -> {
                    published.add(store);
                    return () -> published.remove(store);
                },
                new MasterKeysComponent.Patience(plugin, 1, 5));
        component = started;
        return started;
    }

    private void stop() {
        MasterKeysComponent running = component;
        if (running != null) {
            running.deactivate();
            component = null;
        }
    }

    private String movedToTheService() throws Exception {
        MasterKeysComponent first = start(60_000);
        first.addType(service);
        String sealed = published.get(0).seal("geheim", "c");
        first.move("hsm");
        first.forget("file");
        stop();
        assertThat(published).isEmpty();
        service.opened.set(0);
        return sealed;
    }

    @Test
    void with_a_key_in_a_file_the_store_is_there_at_once_and_goes_with_the_component() throws Exception {
        start(60_000);
        assertThat(published).hasSize(1);
        stop();
        assertThat(published).isEmpty();
    }

    @Test
    void with_a_key_service_the_store_comes_when_the_service_comes_and_stays_when_it_leaves() throws Exception {
        String sealed = movedToTheService();

        MasterKeysComponent second = start(60_000);
        MasterKeyStatus waiting = second.status();
        assertThat(waiting.open()).isFalse();
        assertThat(waiting.message()).isEmpty();
        second.addType(service);
        await().until(() -> published.size() == 1);
        second.removeType(service);

        assertThat(published.get(0).unseal(sealed, "c")).isEqualTo("geheim");
        assertThat(second.status().open()).isTrue();
        assertThat(service.opened).hasValue(1);
        assertThat(service.closed).hasValue(service.everOpened.get());
    }

    @Test
    void a_service_that_does_not_come_is_named() throws Exception {
        movedToTheService();
        MasterKeysComponent second = start(1);
        await().until(() -> second.status().message().contains("'counting', which is not installed"));
        second.addType(service);
        await().until(() -> published.size() == 1);
    }

    @Test
    void a_service_that_is_out_of_reach_is_asked_again() throws Exception {
        movedToTheService();
        service.refusal = new PluginException(ErrorKind.UNAVAILABLE, "out of reach");
        MasterKeysComponent second = start(60_000);
        second.addType(service);
        await().until(() -> service.opened.get() >= 4);
        service.refusal = null;
        await().until(() -> published.size() == 1);
        assertThat(second.status().message()).isEmpty();
    }

    @Test
    void a_service_that_refuses_the_credentials_is_asked_once() throws Exception {
        movedToTheService();
        service.refusal = new PluginException(ErrorKind.AUTHENTICATION, "wrong PIN");
        MasterKeysComponent second = start(5);
        second.addType(service);
        await().until(() -> second.status().message().equals("wrong PIN"));
        await().during(Duration.ofMillis(60)).until(() -> service.opened.get() == 1);
        second.removeType(service);
        Counting late = new Counting();
        assertThat(published).isEmpty();
        second.addType(late);
        await().until(() -> published.size() == 1);
    }

    /** A service that counts. */
    private static final class Counting implements KeyServiceType {
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger everOpened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        volatile @Nullable PluginException refusal;

        @Override
        public String id() {
            return "counting";
        }

        @Override
        public String displayName() {
            return "Counting";
        }

        @Override
        public SettingsSchema schema() {
            return SettingsSchema.of(Setting.of("key", SettingKind.STRING, "Key", "any"));
        }

        @Override
        public KeyService open(Settings settings, KeyServiceContext context) throws PluginException {
            opened.incrementAndGet();
            PluginException refused = refusal;
            if (refused != null) {
                throw refused;
            }
            everOpened.incrementAndGet();
            return new Xor(closed);
        }
    }

    private record Xor(AtomicInteger closed) implements KeyService {
        @Override
        public byte[] wrap(byte[] key, String context) {
            byte[] other = key.clone();
            for (int i = 0; i < other.length; i++) {
                other[i] ^= 0x55;
            }
            return other;
        }

        @Override
        public byte[] unwrap(byte[] wrapped, String context) {
            return wrap(wrapped, context);
        }

        @Override
        public String describe() {
            return "xor";
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
