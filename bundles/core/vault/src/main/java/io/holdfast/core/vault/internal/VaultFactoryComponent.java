package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.Rotation;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultKeys;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/** The factory of this container, as configured. Copies of index segments are kept below the appliance's data. */
@Component(service = VaultFactory.class, configurationPid = "io.holdfast.core.vault")
@Designate(ocd = VaultConfiguration.class)
public final class VaultFactoryComponent implements VaultFactory {

    private static final long MIB = 1 << 20;

    private final VaultFactory factory;

    /** For the container. */
    @Activate
    public VaultFactoryComponent(BundleContext context, VaultConfiguration configuration) {
        this(runtime(cacheDirectory(context.getProperty("karaf.data")), configuration));
    }

    VaultFactoryComponent(VaultRuntime runtime) {
        this.factory = new DefaultVaultFactory(runtime);
    }

    private static Path cacheDirectory(@Nullable String data) {
        return Path.of(data == null ? "data" : data).toAbsolutePath().resolve("vault-cache");
    }

    static VaultRuntime runtime(Path cacheDirectory, VaultConfiguration c) {
        VaultRuntime usual = VaultRuntime.standard(cacheDirectory);
        return new VaultRuntime(
                usual.clock(),
                usual.random(),
                cacheDirectory,
                c.workers() > 0 ? c.workers() : usual.workers(),
                Math.max(1, c.transfers()),
                Math.min(19, Math.max(-7, c.compression_level())),
                Math.max(1, c.staging_mib()) * MIB,
                usual.leaseRenewal(),
                usual.leasePatience());
    }

    @Override
    public Optional<VaultIdentity> probe(Destination destination, TransferContext context) throws PluginException {
        return factory.probe(destination, context);
    }

    @Override
    public NewVault create(
            Destination destination,
            VaultOptions options,
            String applianceId,
            char @Nullable [] passphrase,
            TransferContext context)
            throws PluginException {
        return factory.create(destination, options, applianceId, passphrase, context);
    }

    @Override
    public VaultIdentity replicate(
            Destination source, Destination target, VaultKeys keys, String applianceId, TransferContext context)
            throws PluginException {
        return factory.replicate(source, target, keys, applianceId, context);
    }

    @Override
    public ReaderKeys unlock(Destination destination, RecoveryKey key, TransferContext context) throws PluginException {
        return factory.unlock(destination, key, context);
    }

    @Override
    public ReaderKeys unlock(Destination destination, char[] passphrase, TransferContext context)
            throws PluginException {
        return factory.unlock(destination, passphrase, context);
    }

    @Override
    public ReaderKeys unlock(Destination destination, List<RecoveryShare> shares, TransferContext context)
            throws PluginException {
        return factory.unlock(destination, shares, context);
    }

    @Override
    public void addSlot(
            Destination destination, ReaderKeys keys, byte[] slot, String applianceId, TransferContext context)
            throws PluginException {
        factory.addSlot(destination, keys, slot, applianceId, context);
    }

    @Override
    public ReaderKeys rotate(
            Destination destination, ReaderKeys keys, Rotation rotation, String applianceId, TransferContext context)
            throws PluginException {
        return factory.rotate(destination, keys, rotation, applianceId, context);
    }

    @Override
    public int destroyKeys(Destination destination, VaultKeys keys, String applianceId, TransferContext context)
            throws PluginException {
        return factory.destroyKeys(destination, keys, applianceId, context);
    }

    @Override
    public void adopt(Destination destination, ReaderKeys keys, String applianceId, TransferContext context)
            throws PluginException {
        factory.adopt(destination, keys, applianceId, context);
    }

    @Override
    public Vault open(
            Destination destination, VaultKeys keys, String applianceId, Redundancy redundancy, TransferContext context)
            throws PluginException {
        return factory.open(destination, keys, applianceId, redundancy, context);
    }

    @Override
    public Vault openForReading(Destination destination, ReaderKeys keys, TransferContext context)
            throws PluginException {
        return factory.openForReading(destination, keys, context);
    }
}
