package io.holdfast.spi.keys;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of key service. Implemented by plugins and registered as an OSGi service. The appliance asks for one when it starts
 * and when an administrator moves the master key; secrets that are open stay open when the plugin leaves.
 *
 * <p>An appliance cannot start its work before the key service has answered: a service that needs the network must be at
 * least as available as the appliance.
 */
@ConsumerType
public interface KeyServiceType {

    /** Stable name, {@code [a-z][a-z0-9-]*}, at most 32 characters, such as {@code pkcs11}; not {@code file}. */
    String id();

    /** What people call it, such as {@code PKCS#11 token}. */
    String displayName();

    /**
     * The settings that {@link #open} takes. They are written into a file in {@code etc/}: credentials belong elsewhere, so a
     * setting names the file or the variable that holds them.
     */
    SettingsSchema schema();

    /**
     * Begins to use the service. Called from one thread at a time; at most one use of a way is open.
     *
     * <p>Credentials are tried once a call at most. A service that locks itself after some wrong ones must be protected from
     * repetition here: those that were refused are not shown to it again, not even after a restart.
     *
     * @param settings values checked against {@link #schema}
     * @throws PluginException {@code INVALID_CONFIG} for settings that cannot be right; {@code AUTHENTICATION} for refused
     *     credentials; {@code NOT_FOUND} if the token or the key does not exist; {@code UNSUPPORTED} if it cannot work here at
     *     all; {@code UNAVAILABLE} or {@code TIMEOUT} only if trying again without anybody doing something makes sense: the
     *     appliance does so by itself then
     */
    KeyService open(Settings settings, KeyServiceContext context) throws PluginException;
}
