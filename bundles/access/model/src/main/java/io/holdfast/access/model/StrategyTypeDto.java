package io.holdfast.access.model;

import io.holdfast.core.plugins.PluginDescription;
import java.util.List;

/**
 * A kind of provider that can be added.
 *
 * @param id stable name
 * @param displayName what people call it
 * @param bundle the bundle that brings it
 * @param version of that bundle
 * @param settings what a provider takes
 * @param instanceSettings what an instance takes
 * @param restoreSettings the choices at a restore
 * @param instantSettings the choices at an instant recovery
 * @param proofSettings the checks of a boot proof
 */
public record StrategyTypeDto(
        String id,
        String displayName,
        String bundle,
        String version,
        List<SettingDto> settings,
        List<SettingDto> instanceSettings,
        List<SettingDto> restoreSettings,
        List<SettingDto> instantSettings,
        List<SettingDto> proofSettings) {

    /** A strategy. */
    static StrategyTypeDto of(PluginDescription p) {
        return new StrategyTypeDto(
                p.id(),
                p.displayName(),
                p.bundleName(),
                p.bundleVersion(),
                SettingDto.of(p.schema()),
                SettingDto.of(p.instanceSchema()),
                SettingDto.of(p.restoreSchema()),
                SettingDto.of(p.instantSchema()),
                SettingDto.of(p.proofSchema()));
    }
}
