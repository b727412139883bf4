package io.holdfast.access.model;

import io.holdfast.core.inventory.ProviderInfo;
import java.util.Map;

/**
 * An endpoint that instances live on.
 *
 * @param id made by the appliance
 * @param type id of the strategy
 * @param name unique among providers
 * @param settings values by name; secrets are not shown
 * @param health what the last use found
 */
public record ProviderDto(
        String id, String type, String name, Map<String, SettingValue> settings, ConnectionHealthDto health) {

    /** A provider as administrators see it. */
    public static ProviderDto of(ProviderInfo p) {
        return new ProviderDto(
                p.id(), p.type(), p.name(), SettingValue.shown(p.settings()), ConnectionHealthDto.of(p.health()));
    }
}
