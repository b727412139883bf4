package io.holdfast.access.model;

import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One setting that a plugin takes.
 *
 * @param name the key
 * @param title a short label
 * @param description effect, unit, default
 * @param kind how the value is written
 * @param required whether a value must be given; a default counts as given
 * @param secret whether the value is never shown again
 * @param list whether several values are allowed
 * @param defaultValue what applies when nothing is given
 * @param choices the allowed values of a CHOICE
 * @param minimum smallest allowed number or size
 * @param maximum largest allowed number or size
 */
public record SettingDto(
        String name,
        String title,
        String description,
        SettingKind kind,
        boolean required,
        boolean secret,
        boolean list,
        @Nullable String defaultValue,
        List<String> choices,
        @Nullable Long minimum,
        @Nullable Long maximum) {

    /** The settings of a schema, in its order. */
    public static List<SettingDto> of(SettingsSchema schema) {
        return schema.settings().stream().map(SettingDto::of).toList();
    }

    private static SettingDto of(Setting s) {
        return new SettingDto(
                s.name(),
                s.title(),
                s.description(),
                s.kind(),
                s.required(),
                s.secret(),
                s.list(),
                s.defaultValue(),
                s.choices(),
                s.minimum(),
                s.maximum());
    }
}
