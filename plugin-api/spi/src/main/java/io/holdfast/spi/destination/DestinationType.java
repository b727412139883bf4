package io.holdfast.spi.destination;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of destination. Implemented by plugins and registered as an OSGi service; its presence makes the kind
 * available, its departure cancels what uses it.
 */
@ConsumerType
public interface DestinationType {

    /** Stable name, {@code [a-z][a-z0-9-]*}, at most 32 characters, such as {@code filesystem} or {@code s3}. */
    String id();

    /** What people call it, such as {@code File system}. */
    String displayName();

    /** The settings that {@link #open} takes. */
    SettingsSchema schema();

    /**
     * Prepares a place that was never used, such as writing a marker that proves later that the right thing is mounted.
     * Called once, when an administrator adds the destination, before the first {@link #open}. Repeating it for the
     * same appliance is harmless.
     *
     * @throws PluginException {@code ALREADY_EXISTS} if the place belongs to another appliance; {@code NOT_FOUND},
     *     {@code PERMISSION}, {@code INVALID_CONFIG} if it cannot be used, saying what to do
     */
    default void initialize(Settings settings, PluginContext context) throws PluginException {}

    /**
     * Opens a destination. Quick; verifies that the right thing is there, but moves no data.
     *
     * @param settings values checked against {@link #schema}
     * @throws PluginException if it cannot be used now, saying what to do
     */
    Destination open(Settings settings, PluginContext context) throws PluginException;

    /**
     * Opens what is there for reading alone, whoever owns it: to get backups back when the appliance that made them is gone,
     * or while it works. Changes nothing: no marker, no session, no lock file; works on read-only media and with the
     * right to read alone. Other users of the destination do not notice.
     *
     * <p>On the destination that it returns, {@link Destination#put} and {@link Destination#delete} throw
     * {@code UNSUPPORTED}, and neither capability is declared. Everything else is as after {@link #open}.
     *
     * <p>Called outside of the container too, where types are found by {@link java.util.ServiceLoader}: a plugin that
     * implements this method lists its type in {@code META-INF/services}, and needs neither OSGi nor injected services for it.
     *
     * @param settings values checked against {@link #schema}
     * @param context its {@link PluginContext#applianceId} says nothing about who owns the destination
     * @throws PluginException {@code UNSUPPORTED} if this kind cannot do that, which is the default; otherwise as
     *     {@link #open}
     * @since 1.1
     */
    default Destination openForReading(Settings settings, PluginContext context) throws PluginException {
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "destinations of the kind '" + id()
                        + "' cannot be opened for reading alone; use an appliance that owns or" + " adopts it");
    }
}
