package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.dispatch.fixture.MemoryCatalog;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.ShownSettings;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.inventory.VaultKeys.Part;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the keys of vaults go, and when they are forgotten. */
class EstateAssetsTest {

    private final MemoryCatalog catalog = new MemoryCatalog();
    private final Map<String, byte[]> stored = new HashMap<>();
    private final VaultKeys keys = new KeysInMemory();
    private EstateAssets assets;

    @BeforeEach
    void twoDestinationsOfOneVaultAndOneOfAnother() {
        destination("d1", "v1");
        destination("d2", "v1");
        destination("d3", "v3");
        InvocationHandler estate = (proxy, method, arguments) -> switch (method.getName()) {
            case "destination" ->
                catalog.destinations().find((String) arguments[0]).map(EstateAssetsTest::info);
            case "destinationVault" -> put((String) arguments[0], (String) arguments[1]);
            case "destinationVaultDestroyed" -> put((String) arguments[0], "");
            default -> throw new UnsupportedOperationException(method.getName());
        };
        assets = new EstateAssets(
                catalog,
                proxy(Estate.class, estate),
                keys,
                proxy(PluginRegistry.class, estate),
                new SealedValues(catalog, null));
        stored.put("v1 READER", new byte[] {1});
        stored.put("v1 WRITER", new byte[] {2});
        stored.put("v1 RECOVERY", new byte[] {3});
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private void destination(String id, String vault) {
        catalog.destinations()
                .add(new Destination(id, "memory", "name-" + id, Map.of(), vault, Health.unknown(), null, null));
    }

    private Object put(String id, String vault) {
        return catalog.destinations()
                .change(id, d -> new Destination(id, d.type(), d.name(), d.settings(), vault, d.health(), null, null));
    }

    private static DestinationInfo info(Destination d) {
        ShownSettings none = new ShownSettings(Map.of(), Set.of());
        return new DestinationInfo(d.id(), d.type(), true, d.name(), none, d.vaultId(), d.health(), null, null, 0);
    }

    private final class KeysInMemory implements VaultKeys {
        @Override
        public void store(String vaultId, Part part, byte[] key) throws PluginException {
            byte[] there = stored.putIfAbsent(vaultId + " " + part, key);
            if (there != null && there != key) {
                throw new PluginException(ErrorKind.ALREADY_EXISTS, "another key is kept");
            }
        }

        @Override
        public void replace(String vaultId, Part part, byte[] key) {
            stored.put(vaultId + " " + part, key);
        }

        @Override
        public Optional<byte[]> find(String vaultId, Part part) {
            return Optional.ofNullable(stored.get(vaultId + " " + part));
        }

        @Override
        public byte[] read(String vaultId, Part part) {
            return find(vaultId, part).orElseThrow();
        }

        @Override
        public void remove(String vaultId) {
            stored.keySet().removeIf(name -> name.startsWith(vaultId + " "));
        }
    }

    @Test
    void keysAreForgottenWithTheLastDestinationOfTheirVault() throws Exception {
        assets.destroyed("d1");
        assertThat(stored).hasSize(3);
        assertThat(assets.hasKeys("d1")).isFalse();
        assertThat(assets.hasKeys("d2")).isTrue();
        assets.destroyed("d1");
        assets.destroyed("d2");
        assertThat(stored).isEmpty();
    }

    @Test
    void aRotationReplacesTheKeysAndKeepsTheRecoveryKeyThatItWasGiven() throws Exception {
        assets.rotated("d1", new byte[] {12}, new byte[] {11}, "PAPER");
        assertThat(stored.get("v1 READER")).containsExactly(11);
        assertThat(stored.get("v1 WRITER")).containsExactly(12);
        assertThat(assets.recoveryKey("d2")).contains("PAPER");
    }

    @Test
    void onlyAVaultThatIsTakenOverWhereItIsKnownToBeReplacesKeys() throws Exception {
        assets.attached("d1", "v1", new byte[] {22}, new byte[] {21});
        assertThat(stored.get("v1 READER")).containsExactly(21);
        assertThatThrownBy(() -> assets.attached("d3", "v1", new byte[] {32}, new byte[] {31}))
                .hasMessageContaining("another key is kept");
        assertThat(stored.get("v1 READER")).containsExactly(21);
    }
}
