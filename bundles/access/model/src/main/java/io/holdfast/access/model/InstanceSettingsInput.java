package io.holdfast.access.model;

import java.util.Map;

/**
 * Settings of one instance.
 *
 * @param settings all values by name; what is left out goes back to its default
 */
public record InstanceSettingsInput(Map<String, SettingValue> settings) {}
