package io.holdfast.access.model;

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
import io.holdfast.spi.PluginException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The way to the core. An OSGi service that is always there, so that the ways in can say what is wrong while the core is
 * not. Each method gives the service of this moment, to be used for one request and not kept; while there is none it
 * throws {@code UNAVAILABLE}, saying what to do. All may be called from any thread.
 */
@ProviderType
public interface CoreServices {

    /** Version of the product. */
    String version();

    /** Why the catalogue is there or not; empty if not even that can be told. */
    Optional<CatalogState.Status> catalogState();

    /** Installed plugins. */
    PluginRegistry plugins() throws PluginException;

    /** Providers, destinations, instances. */
    Estate estate() throws PluginException;

    /** Users and tokens. */
    Accounts accounts() throws PluginException;

    /** Work. */
    Workflows workflows() throws PluginException;

    /** What is protected without anybody asking. */
    Policies policies() throws PluginException;

    /** What one administrator alone must not do. */
    Approvals approvals() throws PluginException;

    /** What is in backups. */
    BackupContents contents() throws PluginException;

    /** Snapshots that are kept on providers. */
    InstanceSnapshots snapshots() throws PluginException;

    /** Key material of vaults. */
    VaultKeys vaultKeys() throws PluginException;

    /** How the key is kept under which secrets are sealed. */
    MasterKeys masterKeys() throws PluginException;

    /** The records themselves, where no other service gives them: backups, nodes, tasks. */
    Catalog catalog() throws PluginException;
}
