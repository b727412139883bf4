package io.holdfast.access.model;

import io.holdfast.core.plugins.PluginDescription;
import java.util.List;

/**
 * A kind of destination that can be added.
 *
 * @param id stable name
 * @param displayName what people call it
 * @param bundle the bundle that brings it
 * @param version of that bundle
 * @param settings what a destination takes
 */
public record DestinationTypeDto(
        String id, String displayName, String bundle, String version, List<SettingDto> settings) {

    /** A destination type. */
    static DestinationTypeDto of(PluginDescription p) {
        return new DestinationTypeDto(
                p.id(), p.displayName(), p.bundleName(), p.bundleVersion(), SettingDto.of(p.schema()));
    }
}
