package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.InstanceDescription;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The estate, the vault keys and the secret store, seen through the dispatcher's port. */
final class EstateAssets implements Assets {

    private static final byte[] NONE = new byte[0];

    private final Catalog catalog;
    private final Estate estate;
    private final VaultKeys keys;
    private final PluginRegistry plugins;
    private final SealedValues secrets;

    EstateAssets(Catalog catalog, Estate estate, VaultKeys keys, PluginRegistry plugins, SealedValues secrets) {
        this.catalog = catalog;
        this.estate = estate;
        this.keys = keys;
        this.plugins = plugins;
        this.secrets = secrets;
    }

    @Override
    public ProviderAccess provider(String id) throws PluginException {
        ProviderInfo info = estate.provider(id).orElseThrow(() -> missing("provider", id));
        SettingsSchema schema =
                plugins.describe(PluginKind.STRATEGY, info.type()).schema();
        return new ProviderAccess(id, info.type(), info.name(), values(schema, estate.providerSettings(id)));
    }

    @Override
    public InstanceAccess instance(String id) throws PluginException {
        InstanceInfo info = estate.instance(id).orElseThrow(() -> missing("instance", id));
        String type = estate.provider(info.providerId())
                .orElseThrow(() -> missing("provider", info.providerId()))
                .type();
        SettingsSchema schema = plugins.describe(PluginKind.STRATEGY, type).instanceSchema();
        InstanceDescription description =
                new InstanceDescription(info.externalId(), info.name(), info.kind(), info.sizeBytes(), info.labels());
        return new InstanceAccess(id, description, values(schema, estate.instanceSettings(id)));
    }

    @Override
    public DestinationAccess destination(String id, Keys wanted) throws PluginException {
        DestinationInfo info = estate.destination(id).orElseThrow(() -> missing("destination", id));
        SettingsSchema schema =
                plugins.describe(PluginKind.DESTINATION, info.type()).schema();
        String vault = info.vaultId();
        return new DestinationAccess(
                id,
                info.type(),
                info.name(),
                values(schema, estate.destinationSettings(id)),
                vault,
                wanted == Keys.NONE ? NONE : keys.read(vault, VaultKeys.Part.WRITER),
                wanted == Keys.READER ? keys.read(vault, VaultKeys.Part.READER) : NONE,
                info.immutableDays());
    }

    private static Map<String, List<String>> values(SettingsSchema schema, Settings settings) {
        Map<String, List<String>> values = new HashMap<>();
        for (Setting setting : schema.settings()) {
            List<String> given = settings.values(setting.name());
            if (!given.isEmpty()) {
                values.put(setting.name(), given);
            }
        }
        return values;
    }

    @Override
    public void inventory(String providerId, Collection<InstanceDescription> found) throws PluginException {
        estate.recordInventory(providerId, found);
    }

    @Override
    public void instanceFound(String providerId, InstanceDescription found) throws PluginException {
        estate.recordInstance(providerId, found);
    }

    @Override
    public void providerHealth(String id, boolean good, String message, Instant now) throws PluginException {
        if (catalog.providers().find(id).isPresent()) {
            estate.providerHealth(id, health(good, message, now));
        }
    }

    @Override
    public void destinationHealth(String id, boolean good, String message, long total, long available, Instant now)
            throws PluginException {
        Optional<DestinationInfo> info = estate.destination(id);
        if (info.isEmpty()) {
            return;
        }
        Long knownTotal = total < 0 ? info.get().totalBytes() : Long.valueOf(total);
        Long knownAvailable = available < 0 ? info.get().availableBytes() : Long.valueOf(available);
        estate.destinationHealth(id, health(good, message, now), nullable(knownTotal), nullable(knownAvailable));
    }

    private static @Nullable Long nullable(@Nullable Long value) {
        return value;
    }

    private static Health health(boolean good, String message, Instant now) {
        return new Health(good ? Health.State.AVAILABLE : Health.State.FAILED, message, now);
    }

    @Override
    public void attached(String destinationId, String vaultId, byte[] writerKeys, byte[] readerKeys)
            throws PluginException {
        if (writerKeys.length > 0) {
            keep(destinationId, vaultId, VaultKeys.Part.READER, readerKeys);
            keep(destinationId, vaultId, VaultKeys.Part.WRITER, writerKeys);
        }
        estate.destinationVault(destinationId, vaultId);
    }

    @Override
    public void keepRecoveryKey(String destinationId, String vaultId, String printed) throws PluginException {
        keep(destinationId, vaultId, VaultKeys.Part.RECOVERY, printed.getBytes(StandardCharsets.UTF_8));
    }

    /** A vault that is taken over again where it is known to be may have been rotated; from elsewhere, no key is replaced. */
    private void keep(String destinationId, String vaultId, VaultKeys.Part part, byte[] key) throws PluginException {
        if (vault(destinationId).equals(vaultId) && keys.find(vaultId, part).isPresent()) {
            keys.replace(vaultId, part, key);
        } else {
            keys.store(vaultId, part, key);
        }
    }

    private String vault(String destinationId) throws PluginException {
        return estate.destination(destinationId)
                .orElseThrow(() -> missing("destination", destinationId))
                .vaultId();
    }

    @Override
    public Optional<String> recoveryKey(String destinationId) throws PluginException {
        return keys.find(vault(destinationId), VaultKeys.Part.RECOVERY).map(k -> new String(k, StandardCharsets.UTF_8));
    }

    @Override
    public boolean hasKeys(String destinationId) throws PluginException {
        String vault = vault(destinationId);
        return !vault.isEmpty() && keys.find(vault, VaultKeys.Part.WRITER).isPresent();
    }

    @Override
    public void rotated(String destinationId, byte[] writerKeys, byte[] readerKeys, String recoveryKey)
            throws PluginException {
        String vault = vault(destinationId);
        // whoever writes with the new keys must find a reader that has them
        keys.replace(vault, VaultKeys.Part.READER, readerKeys);
        byte[] printed = recoveryKey.getBytes(StandardCharsets.UTF_8);
        if (keys.find(vault, VaultKeys.Part.RECOVERY).isPresent()) {
            keys.replace(vault, VaultKeys.Part.RECOVERY, printed);
        } else {
            keys.store(vault, VaultKeys.Part.RECOVERY, printed);
        }
        keys.replace(vault, VaultKeys.Part.WRITER, writerKeys);
    }

    @Override
    public void destroyed(String destinationId) throws PluginException {
        String vault = vault(destinationId);
        if (vault.isEmpty()) {
            return;
        }
        boolean elsewhere = Page.all(page -> catalog.destinations().list(page)).stream()
                .anyMatch(d -> d.vaultId().equals(vault) && !d.id().equals(destinationId));
        if (!elsewhere) {
            keys.remove(vault); // a replica is opened by the same keys
        }
        estate.destinationVaultDestroyed(destinationId, vault);
    }

    @Override
    public void keepSecrets(String owner, Map<String, List<String>> values) {
        secrets.keep(owner, values);
    }

    @Override
    public Map<String, List<String>> secrets(String owner) throws PluginException {
        return secrets.read(owner);
    }

    @Override
    public void removeSecrets(String owner) {
        secrets.remove(owner);
    }

    private static PluginException missing(String what, String id) {
        return new PluginException(
                ErrorKind.NOT_FOUND, "The " + what + " " + id + " does not exist any more; it was removed meanwhile.");
    }
}
