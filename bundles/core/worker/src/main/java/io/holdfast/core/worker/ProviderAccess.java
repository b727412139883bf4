package io.holdfast.core.worker;

import java.util.List;
import java.util.Map;

/**
 * How a provider is reached. Holds secrets: {@link #toString} does not show the settings.
 *
 * @param id the catalogue's id
 * @param type id of the strategy type
 * @param name what people call it
 * @param settings values by name, secrets in clear
 */
public record ProviderAccess(String id, String type, String name, Map<String, List<String>> settings) {

    /** Copies the settings. */
    public ProviderAccess {
        settings = Map.copyOf(settings);
    }

    @Override
    public String toString() {
        return "ProviderAccess[" + id + ", " + type + ", " + name + "]";
    }
}
