package io.holdfast.core.security;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Seals secrets so that the catalogue can keep them: AES-256-GCM under the appliance's master key, bound to a context.
 * An OSGi service, present while the master key fits the catalogue. All methods may be called from any thread.
 */
@ProviderType
public interface SecretStore {

    /** The largest secret, in bytes. */
    int MAX_LENGTH = 1 << 20;

    /**
     * Seals text. Sealing the same text twice gives different results.
     *
     * @param context what it belongs to, such as {@code provider/ID/password}; needed again to unseal
     * @return printable ASCII, about 4/3 of the secret's length and 60 characters
     */
    String seal(String secret, String context);

    /** Seals bytes, as {@link #seal(String, String)}. */
    String seal(byte[] secret, String context);

    /**
     * Gives sealed text back.
     *
     * @throws PluginException {@code CORRUPT_DATA} if it was not sealed here, with another key, for another context, or
     *     was changed
     */
    String unseal(String sealed, String context) throws PluginException;

    /** Gives sealed bytes back, as {@link #unseal}. */
    byte[] unsealBytes(String sealed, String context) throws PluginException;

    /** Whether a value looks like a result of {@link #seal(String, String)}; says nothing about its validity. */
    boolean isSealed(String value);
}
