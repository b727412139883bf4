package io.holdfast.access.cli.offline;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A vault opened from its destination and a key alone. Writes nothing there. One thread. */
public final class OfflineVault implements AutoCloseable {

    private final Workplace workplace;
    private final Destination destination;
    private final Vault vault;
    private final Stop stop;

    private OfflineVault(Workplace workplace, Destination destination, Vault vault, Stop stop) {
        this.workplace = workplace;
        this.destination = destination;
        this.vault = vault;
        this.stop = stop;
    }

    /** A way to the keys of a vault. */
    public interface Unlock {
        /** Gets the keys, or throws {@code AUTHENTICATION}. */
        ReaderKeys keys(VaultFactory factory, Destination destination, TransferContext context) throws PluginException;
    }

    /** Which settings a kind of destination takes. */
    public static SettingsSchema schema(String type) throws PluginException {
        return Plugins.destination(type).schema();
    }

    /**
     * Opens a vault.
     *
     * @param type id of the destination's kind
     * @param values its settings
     * @param unlock the key
     * @throws PluginException {@code NOT_FOUND} if there is no vault; {@code AUTHENTICATION}; what the destination throws
     */
    public static OfflineVault open(String type, Map<String, List<String>> values, Unlock unlock, Stop stop)
            throws PluginException, IOException {
        Workplace workplace = Workplace.create();
        Destination destination = null;
        try {
            DestinationType kind = Plugins.destination(type);
            destination = kind.openForReading(Settings.of(kind.schema(), values), workplace);
            VaultFactory factory = VaultFactory.standard(VaultRuntime.standard(workplace.directory("cache")));
            if (factory.probe(destination, stop.transfers()).isEmpty()) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND, "there is no vault on this destination; name the one that has it");
            }
            ReaderKeys keys = unlock.keys(factory, destination, stop.transfers());
            return new OfflineVault(
                    workplace, destination, factory.openForReading(destination, keys, stop.transfers()), stop);
        } catch (PluginException | RuntimeException e) {
            if (destination != null) {
                destination.close();
            }
            workplace.close();
            throw e;
        }
    }

    /** Whether a setting is one that must not be shown, such as on a command line. */
    public static boolean secret(SettingsSchema schema, String name) {
        return schema.setting(name).map(Setting::secret).orElse(false);
    }

    /** What it is and whose. */
    public VaultIdentity identity() {
        return vault.identity();
    }

    /** All backups, newest first. */
    public List<BackupSummary> backups() throws PluginException {
        return vault.backups(stop.transfers()).stream()
                .sorted(Comparator.comparing(BackupSummary::time).reversed())
                .toList();
    }

    /** What the backups are backups of, by the instances' ids; of each instance the newest readable backup is asked. */
    public Map<String, BackupOrigin> origins(List<BackupSummary> newestFirst) throws PluginException {
        Map<String, BackupOrigin> origins = new HashMap<>();
        for (BackupSummary backup : newestFirst) {
            String instance = backup.instanceId().orElse("");
            if (origins.containsKey(instance)) {
                continue;
            }
            try (BackupReader reader = vault.read(backup.id(), stop.transfers())) {
                origins.put(instance, origin(reader));
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                // damaged: an older one may still say it, and 'verify' names the damage
            }
        }
        return origins;
    }

    static BackupOrigin origin(BackupReader reader) throws PluginException {
        return BackupOrigin.of(
                reader.documents().get(BackupOrigin.DOCUMENT), reader.summary().instanceId());
    }

    /**
     * One backup.
     *
     * @param reference its id, the unique start of it, or {@code latest}
     * @throws PluginException {@code NOT_FOUND}, {@code CONFLICT} if several ids start so
     */
    public BackupId called(String reference) throws PluginException {
        List<BackupSummary> all = backups();
        if (reference.equals("latest") && !all.isEmpty()) {
            return all.get(0).id();
        }
        List<BackupId> found = all.stream()
                .map(BackupSummary::id)
                .filter(id -> id.value().startsWith(reference))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new PluginException(
                found.isEmpty() ? ErrorKind.NOT_FOUND : ErrorKind.CONFLICT,
                (found.isEmpty() ? "no backup" : "more than one backup") + " in this vault has an id that starts with '"
                        + reference + "'; 'vault list' shows them");
    }

    /** Reads every object that one backup needs, or all, decrypts it and says what is wrong. Records nothing. */
    public VerifyReport verify(Optional<BackupId> backup, Progress progress) throws PluginException {
        return vault.verify(new VerifyScope(backup, 0, 1, true), progress, stop.transfers());
    }

    /** Restores a backup. */
    public RestoreOutcome restore(BackupId backup, RestoreChoice choice, Progress progress) throws PluginException {
        try (BackupReader reader = vault.read(backup, stop.transfers())) {
            return new OfflineRestore(reader, choice, workplace, stop, progress).run();
        }
    }

    @Override
    public void close() {
        try (workplace) {
            vault.close();
            destination.close();
        }
    }
}
