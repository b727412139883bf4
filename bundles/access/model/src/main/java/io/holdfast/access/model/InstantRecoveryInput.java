package io.holdfast.access.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance to be run straight from a backup.
 *
 * @param providerId where; the provider that the instance came from if absent
 * @param settings the strategy's choices at an instant recovery
 */
public record InstantRecoveryInput(
        @Nullable String providerId, @Nullable Map<String, SettingValue> settings) {}
