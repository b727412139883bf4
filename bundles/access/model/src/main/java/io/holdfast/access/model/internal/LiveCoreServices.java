package io.holdfast.access.model.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogState;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.scheduler.Policies;
import io.holdfast.core.security.Accounts;
import io.holdfast.core.security.Approvals;
import io.holdfast.core.security.MasterKeys;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.core.worker.InstanceSnapshots;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The core services that are registered at this moment. Every reference is optional: this service never goes away. */
@Component
public final class LiveCoreServices implements CoreServices {

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable CatalogState state;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Catalog catalog;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable PluginRegistry plugins;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Estate estate;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Accounts accounts;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Workflows workflows;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Policies policies;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable BackupContents contents;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable InstanceSnapshots snapshots;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable VaultKeys vaultKeys;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable MasterKeys masterKeys;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Approvals approvals;

    private final String version;

    @Activate
    public LiveCoreServices(BundleContext context) {
        this(context.getBundle());
    }

    private LiveCoreServices(Bundle bundle) {
        Version v = bundle.getVersion();
        String number = v.getMajor() + "." + v.getMinor() + "." + v.getMicro();
        this.version = v.getQualifier().isEmpty() ? number : number + "-" + v.getQualifier();
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Optional<CatalogState.Status> catalogState() {
        CatalogState current = state;
        return current == null ? Optional.empty() : Optional.of(current.status());
    }

    @Override
    public PluginRegistry plugins() throws PluginException {
        return present(plugins, "the plugin registry");
    }

    @Override
    public Estate estate() throws PluginException {
        return present(estate, "the inventory");
    }

    @Override
    public Accounts accounts() throws PluginException {
        return present(accounts, "the user accounts");
    }

    @Override
    public Workflows workflows() throws PluginException {
        return present(workflows, "the dispatcher");
    }

    @Override
    public Policies policies() throws PluginException {
        return present(policies, "the scheduler");
    }

    @Override
    public Approvals approvals() throws PluginException {
        return present(approvals, "the service for approvals");
    }

    @Override
    public BackupContents contents() throws PluginException {
        return present(contents, "a node that looks into backups");
    }

    @Override
    public InstanceSnapshots snapshots() throws PluginException {
        return present(snapshots, "a node that asks providers for snapshots");
    }

    @Override
    public VaultKeys vaultKeys() throws PluginException {
        return present(vaultKeys, "the key store of vaults");
    }

    @Override
    public MasterKeys masterKeys() throws PluginException {
        return present(masterKeys, "the keeper of the master key");
    }

    @Override
    public Catalog catalog() throws PluginException {
        return present(catalog, "the catalogue");
    }

    private <T> T present(@Nullable T service, String what) throws PluginException {
        if (service == null) {
            throw new PluginException(ErrorKind.UNAVAILABLE, what + " is not available" + reason());
        }
        return service;
    }

    private String reason() {
        return catalogState()
                .filter(status -> status.phase() != CatalogState.Phase.READY)
                .map(status -> status.message().isEmpty()
                        ? ": the catalogue is " + status.phase() + "; try again in a moment"
                        : ": " + status.message())
                .orElse(" now; GET /api/v1/health and the command holdfast:status say more");
    }
}
