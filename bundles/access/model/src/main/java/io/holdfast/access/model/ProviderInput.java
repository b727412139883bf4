package io.holdfast.access.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A provider as somebody wants it.
 *
 * @param type id of the strategy; cannot be changed later
 * @param name unique among providers, 1 to 255 characters
 * @param settings values by name; a secret given as {@code {"set": true}} stays as it is
 */
public record ProviderInput(
        String type, String name, @Nullable Map<String, SettingValue> settings) {}
