package io.holdfast.core.inventory;

import io.holdfast.spi.PluginException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The key material of vaults, sealed in the catalogue. What is in it is the vault's business. An OSGi service, present
 * while the catalogue is. All methods may be called from any thread.
 *
 * <p>A key is stored before the vault that needs it is written, and is never replaced by accident.
 */
@ProviderType
public interface VaultKeys {

    /** The largest key, in bytes. */
    int MAX_LENGTH = 8 * 1024;

    /** What a key is for. */
    enum Part {
        /** Recognises and appends: what a node needs for a backup. */
        WRITER,
        /** Reads: what a node needs for a restore. */
        READER,
        /** Opens the vault when everything else is lost; shown to people who may see it. */
        RECOVERY
    }

    /**
     * Stores a key; durable when this returns. Storing the same key again is harmless.
     *
     * @throws PluginException {@code ALREADY_EXISTS} if another key is stored, which is kept; {@code INVALID_CONFIG} if
     *     the id or the key is not acceptable
     */
    void store(String vaultId, Part part, byte[] key) throws PluginException;

    /**
     * Replaces a key, as a rotation does.
     *
     * @throws PluginException {@code NOT_FOUND} if none is stored; {@code INVALID_CONFIG}
     */
    void replace(String vaultId, Part part, byte[] key) throws PluginException;

    /**
     * The key; a copy.
     *
     * @throws PluginException {@code CORRUPT_DATA} if what is stored cannot be unsealed
     */
    Optional<byte[]> find(String vaultId, Part part) throws PluginException;

    /**
     * The key; a copy.
     *
     * @throws PluginException {@code NOT_FOUND} if none is stored, saying what to do; {@code CORRUPT_DATA}
     */
    byte[] read(String vaultId, Part part) throws PluginException;

    /** Forgets every key of a vault. Without the recovery key, its backups are lost then. */
    void remove(String vaultId);
}
