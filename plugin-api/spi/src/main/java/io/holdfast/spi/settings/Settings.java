package io.holdfast.spi.settings;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that were checked against a {@link SettingsSchema}, defaults filled in, secrets in clear. Immutable.
 *
 * <p>{@link #toString} shows names only, so that a secret cannot reach a log through it.
 */
public final class Settings {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?)\\s*(B|KiB|MiB|GiB|TiB)?");
    private static final int MAX_VALUE_LENGTH = 65_536;

    private final Map<String, List<String>> values;

    private Settings(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Checks values against a schema.
     *
     * @param schema what is allowed
     * @param given values by name, each a list; a single value is a list of one
     * @throws PluginException {@code INVALID_CONFIG}, naming the first offending setting, never showing a secret
     */
    public static Settings of(SettingsSchema schema, Map<String, List<String>> given) throws PluginException {
        for (String name : given.keySet()) {
            if (schema.setting(name).isEmpty()) {
                throw invalid("unknown setting '" + printable(name) + "'; known are " + names(schema));
            }
        }
        Map<String, List<String>> checked = new LinkedHashMap<>();
        for (Setting setting : schema.settings()) {
            List<String> raw = given.getOrDefault(setting.name(), List.of());
            if (raw.isEmpty() && setting.defaultValue() != null) {
                raw = List.of(setting.defaultValue());
            }
            if (raw.isEmpty() && setting.required()) {
                throw invalid("setting '" + setting.name() + "' (" + setting.title() + ") is missing");
            }
            if (raw.size() > 1 && !setting.list()) {
                throw invalid("setting '" + setting.name() + "' takes one value, " + raw.size() + " were given");
            }
            List<String> values = new ArrayList<>();
            for (String value : raw) {
                check(setting, value);
                values.add(value);
            }
            if (!values.isEmpty()) {
                checked.put(setting.name(), List.copyOf(values));
            }
        }
        return new Settings(Map.copyOf(checked));
    }

    /** No settings at all. */
    public static Settings empty() {
        return new Settings(Map.of());
    }

    private static void check(Setting setting, String value) throws PluginException {
        if (value.isEmpty() && setting.required()) {
            throw invalid("setting '" + setting.name() + "' is empty");
        }
        if (value.length() > MAX_VALUE_LENGTH) {
            throw invalid("setting '" + setting.name() + "' is longer than " + MAX_VALUE_LENGTH + " characters");
        }
        try {
            checkKind(setting, value);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            String shown = setting.secret() ? "the given secret" : "'" + printable(value) + "'";
            throw invalid("setting '" + setting.name() + "': " + shown + " is not a valid "
                    + setting.kind().name().toLowerCase(Locale.ROOT) + explain(setting));
        }
    }

    /** @throws IllegalArgumentException if the default of a setting is not a value of it */
    static void checkDefault(Setting setting) {
        String value = setting.defaultValue();
        if (value == null) {
            return;
        }
        try {
            check(setting, value);
        } catch (PluginException e) {
            throw new IllegalArgumentException("default of " + e.getMessage(), e);
        }
    }

    private static void checkKind(Setting setting, String value) {
        switch (setting.kind()) {
            case INTEGER -> checkRange(setting, Long.parseLong(value));
            case SIZE -> checkRange(setting, parseSize(value));
            case BOOLEAN -> require(value.equals("true") || value.equals("false"));
            case DURATION -> require(!Duration.parse(value).isNegative());
            case PATH -> require(Path.of(value).isAbsolute());
            case URL -> require(java.net.URI.create(value).isAbsolute());
            case CHOICE -> require(setting.choices().contains(value));
            case STRING -> require(value.indexOf('\n') < 0 && value.indexOf('\0') < 0);
            default -> require(value.indexOf('\0') < 0);
        }
    }

    private static void checkRange(Setting setting, long value) {
        Long min = setting.minimum();
        Long max = setting.maximum();
        require((min == null || value >= min) && (max == null || value <= max));
    }

    private static String explain(Setting setting) {
        if (!setting.choices().isEmpty()) {
            return "; allowed are " + setting.choices();
        }
        if (setting.minimum() != null || setting.maximum() != null) {
            String least = setting.minimum() == null ? "" : " of at least " + setting.minimum();
            String most = setting.maximum() == null ? "" : " of at most " + setting.maximum();
            return least.isEmpty() || most.isEmpty()
                    ? least + most
                    : " between " + setting.minimum() + " and " + setting.maximum();
        }
        return setting.kind() == SettingKind.PATH ? " (it must be absolute)" : "";
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException("out of range");
        }
    }

    private static PluginException invalid(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, message);
    }

    private static String names(SettingsSchema schema) {
        return String.join(", ", schema.settings().stream().map(Setting::name).toList());
    }

    private static String printable(String value) {
        String shown = value.length() > 100 ? value.substring(0, 100) + "..." : value;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * Reads a size as described at {@link SettingKind#SIZE}.
     *
     * @return bytes
     * @throws IllegalArgumentException if the text is not a size, or more than {@code Long.MAX_VALUE} bytes
     */
    public static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        int shift =
                switch (unit) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case "TiB" -> 40;
                    default -> 0;
                };
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << shift));
        if (bytes.toBigInteger().bitLength() > 63) {
            throw new IllegalArgumentException("more than a size can hold");
        }
        return bytes.longValue();
    }

    /** The value, if one was given or defaulted. The first one of a list. */
    public Optional<String> find(String name) {
        return values(name).stream().findFirst();
    }

    /** All values; empty if none. */
    public List<String> values(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * The value of a required or defaulted setting.
     *
     * @throws IllegalArgumentException if there is none: a defect in the schema
     */
    public String text(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no value for setting " + name));
    }

    /** The value of a required or defaulted {@code INTEGER}. */
    public long integer(String name) {
        return Long.parseLong(text(name));
    }

    /** The value of a required or defaulted {@code SIZE}, in bytes. */
    public long size(String name) {
        return parseSize(text(name));
    }

    /** The value of a {@code BOOLEAN}; false if there is none. */
    public boolean flag(String name) {
        return find(name).map(Boolean::parseBoolean).orElse(false);
    }

    /** The value of a required or defaulted {@code DURATION}. */
    public Duration duration(String name) {
        return Duration.parse(text(name));
    }

    /** The values of a {@code PATH}. */
    public List<Path> paths(String name) {
        try {
            return values(name).stream().map(Path::of).toList();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("setting " + name + " holds an invalid path", e);
        }
    }

    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }
}
