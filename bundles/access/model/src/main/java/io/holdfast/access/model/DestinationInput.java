package io.holdfast.access.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A destination as somebody wants it.
 *
 * @param type id of the destination type; cannot be changed later
 * @param name unique among destinations, 1 to 255 characters
 * @param settings values by name; a secret given as {@code {"set": true}} stays as it is
 * @param immutableDays for how many days nobody can delete what a new backup needs, 0 to 36,500; absent to leave it. What is locked stays
 *     locked
 * @param attach how the vault comes to be; a new one is created if absent. Only when the destination is added
 */
public record DestinationInput(
        String type,
        String name,
        @Nullable Map<String, SettingValue> settings,
        @Nullable Integer immutableDays,
        @Nullable AttachInput attach) {}
