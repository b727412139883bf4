package io.holdfast.core.plugins;

import io.holdfast.spi.settings.SettingsSchema;

/**
 * What an installed plugin says about itself. A copy: it stays readable after the plugin has left.
 *
 * @param kind what it is for
 * @param id the plugin's stable name, unique within its kind
 * @param displayName what people call it
 * @param schema settings of a provider or a destination of this type, of a destination with {@link DestinationOptions}
 * @param instanceSchema settings of one instance; empty for a destination
 * @param restoreSchema choices at a restore; empty for a destination
 * @param instantSchema choices at an instant recovery; empty for a destination
 * @param proofSchema checks of a boot proof; empty for a destination
 * @param bundleName symbolic name of the bundle that it comes from
 * @param bundleVersion version of that bundle
 */
public record PluginDescription(
        PluginKind kind,
        String id,
        String displayName,
        SettingsSchema schema,
        SettingsSchema instanceSchema,
        SettingsSchema restoreSchema,
        SettingsSchema instantSchema,
        SettingsSchema proofSchema,
        String bundleName,
        String bundleVersion) {}
