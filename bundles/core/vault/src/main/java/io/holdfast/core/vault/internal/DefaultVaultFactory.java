package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultKeys;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates and opens vaults. */
public final class DefaultVaultFactory implements VaultFactory {

    /** A factory for this process. */
    public DefaultVaultFactory(VaultRuntime runtime) {}

    private static PluginException notYet() {
        return new PluginException(ErrorKind.UNSUPPORTED, "Vaults come with the next commits.");
    }

    @Override
    public Optional<VaultIdentity> probe(Destination destination, TransferContext context) throws PluginException {
        throw notYet();
    }

    @Override
    public NewVault create(
            Destination destination,
            VaultOptions options,
            String applianceId,
            char @Nullable [] passphrase,
            TransferContext context)
            throws PluginException {
        throw notYet();
    }

    @Override
    public ReaderKeys unlock(Destination destination, RecoveryKey key, TransferContext context) throws PluginException {
        throw notYet();
    }

    @Override
    public ReaderKeys unlock(Destination destination, char[] passphrase, TransferContext context)
            throws PluginException {
        throw notYet();
    }

    @Override
    public void adopt(Destination destination, ReaderKeys keys, String applianceId, TransferContext context)
            throws PluginException {
        throw notYet();
    }

    @Override
    public Vault open(Destination destination, VaultKeys keys, String applianceId, TransferContext context)
            throws PluginException {
        throw notYet();
    }
}
