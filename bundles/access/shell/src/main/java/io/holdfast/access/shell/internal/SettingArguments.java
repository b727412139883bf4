package io.holdfast.access.shell.internal;

import io.holdfast.access.model.Texts;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads settings as they are typed: {@code name=value}; the same name again for a further value; {@code name=} for none. */
final class SettingArguments {

    private SettingArguments() {}

    static Map<String, List<String>> parse(@Nullable List<String> arguments) throws PluginException {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        for (String argument : arguments == null ? List.<String>of() : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                // the whole argument may be a secret
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "settings are given as name=value; this has no '=': "
                                + Texts.printable(argument.substring(0, Math.min(argument.length(), 3))) + "...");
            }
            List<String> values = settings.computeIfAbsent(argument.substring(0, equals), n -> new ArrayList<>());
            if (equals + 1 < argument.length()) {
                values.add(argument.substring(equals + 1));
            }
        }
        return settings;
    }

    /** Present settings with some of them changed; secrets stay as they are by being left out. */
    static Map<String, List<String>> merge(Map<String, List<String>> present, Map<String, List<String>> changes) {
        Map<String, List<String>> merged = new TreeMap<>(present);
        merged.putAll(changes);
        return merged;
    }
}
