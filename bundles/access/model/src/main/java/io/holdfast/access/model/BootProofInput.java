package io.holdfast.access.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backup to be proven by booting an instance from it in isolation.
 *
 * @param providerId where; the provider that the instance came from if absent
 * @param settings what is to be checked, as the strategy's proof settings say
 */
public record BootProofInput(
        @Nullable String providerId, @Nullable Map<String, SettingValue> settings) {}
