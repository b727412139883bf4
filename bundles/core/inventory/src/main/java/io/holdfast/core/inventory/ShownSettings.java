package io.holdfast.core.inventory;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Settings without their secrets.
 *
 * @param values what was given, by name; secrets are left out
 * @param secretsSet names of the secrets that have a value
 */
public record ShownSettings(Map<String, List<String>> values, Set<String> secretsSet) {

    /** Copies both. */
    public ShownSettings {
        values = Map.copyOf(values);
        secretsSet = Set.copyOf(secretsSet);
    }
}
