package io.holdfast.core.security.internal;

import io.holdfast.core.security.MasterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.Settings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways of keeping the master key that are configured: {@code keys.NAME.SETTING = value}. */
final class KeyWays {

    /** What a way may be called; it becomes part of a file's name. */
    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private static final Logger LOG = LoggerFactory.getLogger(KeyWays.class);
    private static final String PREFIX = "keys.";
    private static final Pattern KEY = Pattern.compile("keys\\.(" + NAME + ")\\.([a-z][a-zA-Z0-9]{0,63})");
    private static final String TYPE = "type";

    private final Map<String, Map<String, String>> ways = new TreeMap<>();

    /** Ways from the configuration of the bundle; what is not about them is passed over. */
    static KeyWays of(Map<String, ?> properties) {
        KeyWays found = new KeyWays();
        properties.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                found.add(key, String.valueOf(value).trim());
            }
        });
        return found;
    }

    private void add(String key, String value) {
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches() || matcher.group(1).equals(MasterKeys.FILE)) {
            LOG.warn(
                    "'{}' in etc/io.holdfast.core.security.cfg is passed over: a way to keep the master key is written as"
                            + " keys.NAME.SETTING, its name in small letters, digits and '-', and not 'file'",
                    key);
        } else if (!value.isEmpty()) {
            ways.computeIfAbsent(matcher.group(1), name -> new LinkedHashMap<>())
                    .put(matcher.group(2), value);
        }
    }

    Set<String> names() {
        return ways.keySet();
    }

    /** The kind of key service of a way: what {@code type} says, or what its name is. */
    Optional<String> type(String way) {
        return Optional.ofNullable(ways.get(way)).map(settings -> settings.getOrDefault(TYPE, way));
    }

    /** The settings of a way as its kind of service wants them. */
    Settings settings(String way, KeyServiceType type) throws PluginException {
        Map<String, List<String>> given = new LinkedHashMap<>();
        ways.getOrDefault(way, Map.of()).forEach((name, value) -> {
            if (!name.equals(TYPE)) {
                boolean list = type.schema().setting(name).map(Setting::list).orElse(false);
                given.put(name, list ? Arrays.asList(value.split("\\s*,\\s*", -1)) : List.of(value));
            }
        });
        try {
            return Settings.of(type.schema(), given);
        } catch (PluginException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "'" + PREFIX + way + ".*' in etc/io.holdfast.core.security.cfg: " + e.getMessage(),
                    e);
        }
    }
}
