package io.holdfast.core.worker.internal;

import io.holdfast.core.plugins.DestinationOptions;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultKeys;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.DestinationLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Opens destinations together with the vault on them. */
final class VaultLinks {

    private final PluginLinks plugins;
    private final VaultFactory vaults;

    VaultLinks(PluginLinks plugins, VaultFactory vaults) {
        this.plugins = plugins;
        this.vaults = vaults;
    }

    VaultFactory factory() {
        return vaults;
    }

    PluginLinks plugins() {
        return plugins;
    }

    /**
     * An open vault on an open destination.
     *
     * @param immutableFor for how long nobody shall be able to delete what a new backup needs; zero for not at all
     */
    record VaultLink(DestinationLink link, Vault vault, Duration immutableFor) implements AutoCloseable {
        @Override
        public void close() {
            try (link) {
                vault.close();
            }
        }
    }

    /** Opens with writer keys, or with reader keys where they were given. */
    VaultLink open(DestinationAccess access, TransferContext context, Runnable onDeparture) throws PluginException {
        DestinationLink link = plugins.open(access, false, onDeparture);
        try {
            VaultKeys keys = access.readerKeys().length > 0
                    ? ReaderKeys.decode(access.readerKeys())
                    : WriterKeys.decode(access.writerKeys());
            Redundancy parity = new Redundancy(DestinationOptions.parityPercent(access.settings()));
            Vault vault = vaults.open(link.destination(), keys, plugins.appliance(), parity, context);
            if (!vault.identity().vaultId().equals(access.vaultId())) {
                String there = vault.identity().vaultId();
                vault.close();
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "The destination '" + access.name() + "' holds the vault " + there + " instead of "
                                + access.vaultId() + "; check what is mounted or configured there.");
            }
            return new VaultLink(link, vault, access.immutableFor());
        } catch (PluginException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** How much room a destination has, as task results; empty where it cannot tell. */
    static Map<String, String> capacity(DestinationLink link, TransferContext context) {
        Map<String, String> results = new HashMap<>();
        try {
            Capacity capacity = link.destination().capacity(context);
            capacity.total().ifPresent(n -> results.put(TaskParameters.TOTAL_BYTES, Long.toString(n)));
            capacity.available().ifPresent(n -> results.put(TaskParameters.AVAILABLE_BYTES, Long.toString(n)));
        } catch (PluginException e) {
            return Map.of(); // the task itself went well; the next one tells
        }
        return results;
    }
}
