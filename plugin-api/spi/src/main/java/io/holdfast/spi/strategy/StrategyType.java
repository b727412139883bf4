package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of provider and the way in which its instances are protected. Implemented by plugins and registered as an
 * OSGi service; its presence makes the kind available, its departure cancels what uses it.
 */
@ConsumerType
public interface StrategyType {

    /** Stable name, {@code [a-z][a-z0-9-]*}, at most 32 characters, such as {@code filesystem} or {@code libvirt}. */
    String id();

    /** What people call it, such as {@code File system}. */
    String displayName();

    /** The settings of a provider: addresses, credentials. */
    SettingsSchema schema();

    /** The settings of one instance: includes, excluded disks. */
    default SettingsSchema instanceSchema() {
        return SettingsSchema.of();
    }

    /** The choices that somebody has at a restore: names, places, overwrite rules. */
    default SettingsSchema restoreSchema() {
        return SettingsSchema.of();
    }

    /** The choices that somebody has at an instant recovery: names, places. Since 1.1. */
    default SettingsSchema instantSchema() {
        return SettingsSchema.of();
    }

    /** What is to be checked when an instance is booted to prove its backup. Since 1.1. */
    default SettingsSchema proofSchema() {
        return SettingsSchema.of();
    }

    /**
     * Whether its connections have {@link StrategyCapability#DISCOVERY}, so that the appliance asks them for their instances by itself
     * every now and then. Since 1.1.
     */
    default boolean discovers() {
        return true;
    }

    /**
     * Connects to a provider. May talk to it, but changes nothing there.
     *
     * @param settings values checked against {@link #schema}
     * @throws PluginException if that is not possible now, saying what to do
     */
    Strategy connect(Settings settings, PluginContext context) throws PluginException;
}
