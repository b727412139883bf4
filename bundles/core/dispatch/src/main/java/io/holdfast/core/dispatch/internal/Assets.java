package io.holdfast.core.dispatch.internal;

import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the dispatcher needs of the rest of the control plane to equip a task, and where it puts what a task found. A
 * narrow port: the estate, the vault keys and the secret store are behind it.
 */
interface Assets {

    /** Which keys of a vault a task is given. */
    enum Keys {
        /** None: the vault is not attached yet. */
        NONE,
        /** Those that writing, forgetting and checking need. */
        WRITER,
        /** Those that reading needs as well. */
        READER
    }

    ProviderAccess provider(String id) throws PluginException;

    InstanceAccess instance(String id) throws PluginException;

    DestinationAccess destination(String id, Keys keys) throws PluginException;

    /** The result of a complete inventory. */
    void inventory(String providerId, Collection<InstanceDescription> found) throws PluginException;

    /** One instance that was named by hand. */
    void instanceFound(String providerId, InstanceDescription found) throws PluginException;

    void providerHealth(String id, boolean good, String message, Instant now) throws PluginException;

    /** Negative numbers stand for unknown ones. */
    void destinationHealth(String id, boolean good, String message, long total, long available, Instant now)
            throws PluginException;

    /** Keeps the keys of a vault, unless they are empty because they are kept already, then notes that it lies on a destination. */
    void attached(String destinationId, String vaultId, byte[] writerKeys, byte[] readerKeys) throws PluginException;

    /** Keeps the recovery key of a vault, so that administrators can see it again; the key as it is printed. */
    void keepRecoveryKey(String destinationId, String vaultId, String printed) throws PluginException;

    /** The recovery key of the vault on a destination, as it is printed; empty if it is not known here. */
    Optional<String> recoveryKey(String destinationId) throws PluginException;

    /** Whether the keys of the vault on a destination are here. */
    boolean hasKeys(String destinationId) throws PluginException;

    /** Replaces the keys of the vault on a destination by those of a new epoch. */
    void rotated(String destinationId, byte[] writerKeys, byte[] readerKeys, String recoveryKey) throws PluginException;

    /** Forgets that there is a vault on a destination, and its keys unless another destination has a replica. */
    void destroyed(String destinationId) throws PluginException;

    /** Keeps secret values until they are removed, over restarts. */
    void keepSecrets(String owner, Map<String, List<String>> values) throws PluginException;

    /** Secret values that were kept; empty if there are none. */
    Map<String, List<String>> secrets(String owner) throws PluginException;

    /** Forgets secret values. */
    void removeSecrets(String owner);
}
