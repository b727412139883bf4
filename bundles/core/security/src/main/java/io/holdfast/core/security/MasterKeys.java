package io.holdfast.core.security;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who keeps the master key under which {@link SecretStore} seals. An OSGi service, present while the catalogue is there, also
 * when the key cannot be had: {@link #status} says why then. All methods may be called from any thread; all but {@code status}
 * may take as long as a token or a service on the network takes.
 *
 * <p>A <em>way</em> of keeping the key is either {@value #FILE}, the key itself in a file, or a key service with its settings
 * in {@code etc/io.holdfast.core.security.cfg}. The key can be kept in several ways; one is in use. Moving does not change
 * the key, so what was sealed stays sealed, and whoever has a copy from before can still unseal.
 */
@ProviderType
public interface MasterKeys {

    /** The way that needs nothing: the key itself in {@code master.key}, guarded by the rights of the file. */
    String FILE = "file";

    /** How the key is kept, and whether it is at hand. Asks nobody, answers at once. */
    MasterKeyStatus status();

    /**
     * Proves that a way works now: its service is asked, and if it keeps the key, it must give the right one.
     *
     * @param way its name
     * @throws PluginException {@code NOT_FOUND} if it is not configured, otherwise what is wrong with it and what to do
     */
    void test(String way) throws PluginException;

    /**
     * Lets another way keep the key from now on: wraps the key there, stores that, reads it again, compares, and only then
     * uses it. A crash at any moment leaves the old way in use, or the new one; what the old way needs stays until
     * {@link #forget}. While the key is not at hand, the way must already keep it; it is opened and used. The way in use is
     * opened again if it is not open.
     *
     * @param way its name
     * @throws PluginException if that does not succeed, and nothing has changed then
     */
    void move(String way) throws PluginException;

    /**
     * Removes what a way needs that is not in use, after the way in use has proved that it gives the key. What a key service
     * itself holds is not touched. Nothing happens if that way keeps nothing.
     *
     * @param way its name; one that is no longer configured, too
     * @throws PluginException {@code CONFLICT} if it is in use; otherwise as {@link #test} about the way in use
     */
    void forget(String way) throws PluginException;
}
