package io.holdfast.access.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.core.inventory.ShownSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The value of a setting. In JSON a text, a list of texts, or, for a secret, {@code {"set": true}}; numbers and truth
 * values are accepted as well.
 *
 * @param values one text, or several; empty for a secret that is not told
 * @param secret whether this stands for a secret that is stored, or is to stay as it is
 * @param list whether several values are meant, even if there is one
 */
public record SettingValue(List<String> values, boolean secret, boolean list) {

    /** Copies the values. */
    public SettingValue {
        values = List.copyOf(values);
    }

    /** One text. */
    public static SettingValue of(String value) {
        return new SettingValue(List.of(value), false, false);
    }

    /** Several texts. */
    public static SettingValue of(List<String> values) {
        return new SettingValue(values, false, true);
    }

    /** A secret that has a value. */
    public static SettingValue secretSet() {
        return new SettingValue(List.of(), true, false);
    }

    /** Settings as they are shown, by name. */
    public static Map<String, SettingValue> shown(ShownSettings settings) {
        Map<String, SettingValue> shown = new TreeMap<>();
        settings.values()
                .forEach((name, values) -> shown.put(name, values.size() == 1 ? of(values.get(0)) : of(values)));
        settings.secretsSet().forEach(name -> shown.put(name, secretSet()));
        return shown;
    }

    /** Settings as the core takes them: a secret that stays as it is is left out. Null if null. */
    public static @Nullable Map<String, List<String>> given(@Nullable Map<String, SettingValue> settings) {
        if (settings == null) {
            return null;
        }
        Map<String, List<String>> given = new LinkedHashMap<>();
        settings.forEach((name, value) -> {
            if (!value.secret()) {
                given.put(name, value.values());
            }
        });
        return given;
    }

    /** Settings as the core takes them; none if null. */
    public static Map<String, List<String>> givenOrNone(@Nullable Map<String, SettingValue> settings) {
        Map<String, List<String>> given = given(settings);
        return given == null ? Map.of() : given;
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static SettingValue read(JsonNode node) {
        if (node.isArray()) {
            List<String> values = new ArrayList<>();
            node.forEach(item -> values.add(scalar(item)));
            return of(values);
        }
        if (node.isObject()) {
            JsonNode set = node.path("set");
            if (node.size() != 1 || !set.isBoolean()) {
                throw new IllegalArgumentException("a setting's value is a text, a list of texts or {\"set\": true}");
            }
            return set.booleanValue() ? secretSet() : of(List.of());
        }
        return of(scalar(node));
    }

    private static String scalar(JsonNode node) {
        if (!node.isTextual() && !node.isNumber() && !node.isBoolean()) {
            throw new IllegalArgumentException("a setting's value is a text, a list of texts or {\"set\": true}");
        }
        return node.asText();
    }

    @JsonValue
    Object json() {
        if (secret) {
            return Map.of("set", true);
        }
        return list ? values : values.get(0);
    }

    /** Never a value: it may be a secret. */
    @Override
    public String toString() {
        return "SettingValue";
    }
}
