package io.holdfast.access.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A restore to do.
 *
 * @param providerId where to; the provider that the instance came from if absent
 * @param settings the strategy's choices at a restore
 * @param selection what to restore, paths as in the list of files; everything if absent or empty
 */
public record RestoreInput(
        @Nullable String providerId,
        @Nullable Map<String, SettingValue> settings,
        @Nullable List<String> selection) {}
