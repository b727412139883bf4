package io.holdfast.spi.settings;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes one setting.
 *
 * @param name stable key, {@code [a-z][a-zA-Z0-9]*}, at most 64 characters
 * @param title short label for people
 * @param description one or two sentences: effect, unit, default
 * @param kind how the value is written
 * @param required whether a value must be given; a default counts as given
 * @param secret whether the value is stored encrypted and never shown again
 * @param list whether several values are allowed
 * @param defaultValue what applies when nothing is given; null for none; never for a secret
 * @param choices the allowed values of a {@code CHOICE}, otherwise empty
 * @param minimum smallest allowed number or size, null for none
 * @param maximum largest allowed number or size, null for none
 */
public record Setting(
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

    private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9]{0,63}");

    /** Checks the description itself. */
    public Setting {
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("setting name must match " + NAME + ": " + name);
        }
        choices = List.copyOf(choices);
        if (kind == SettingKind.CHOICE && choices.isEmpty()) {
            throw new IllegalArgumentException("setting " + name + " is a CHOICE without choices");
        }
        if (minimum != null && maximum != null && minimum > maximum) {
            throw new IllegalArgumentException("setting " + name + " has an empty range");
        }
        if (secret && defaultValue != null) {
            throw new IllegalArgumentException("secret setting " + name + " must not have a default");
        }
    }

    /** An optional setting of that kind without a default. A {@code CHOICE} begins as any other and gets its {@link #withChoices}. */
    public static Setting of(String name, SettingKind kind, String title, String description) {
        return new Setting(name, title, description, kind, false, false, false, null, List.of(), null, null);
    }

    /** The same, required. */
    public Setting asRequired() {
        return new Setting(name, title, description, kind, true, secret, list, defaultValue, choices, minimum, maximum);
    }

    /** The same, kept secret. */
    public Setting asSecret() {
        return new Setting(name, title, description, kind, required, true, list, null, choices, minimum, maximum);
    }

    /** The same, with several values allowed. */
    public Setting asList() {
        return new Setting(
                name, title, description, kind, required, secret, true, defaultValue, choices, minimum, maximum);
    }

    /** The same, with a default. */
    public Setting withDefault(String value) {
        return new Setting(name, title, description, kind, required, secret, list, value, choices, minimum, maximum);
    }

    /** The same, with the values that a {@code CHOICE} allows. */
    public Setting withChoices(String... values) {
        return new Setting(
                name,
                title,
                description,
                SettingKind.CHOICE,
                required,
                secret,
                list,
                defaultValue,
                List.of(values),
                minimum,
                maximum);
    }

    /** The same, with bounds for a number or a size in bytes. */
    public Setting withRange(long min, long max) {
        return new Setting(name, title, description, kind, required, secret, list, defaultValue, choices, min, max);
    }
}
