package io.holdfast.core.inventory.internal;

import io.holdfast.core.inventory.ShownSettings;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings between their three forms: as somebody gives them, as the catalogue keeps them (secrets sealed), and as they are
 * shown (secrets left out). A sealed value is bound to its owner and its name.
 */
final class SealedSettings {

    private final SecretStore secrets;

    SealedSettings(SecretStore secrets) {
        this.secrets = secrets;
    }

    /**
     * Checks values and seals the secrets among them.
     *
     * @param owner what they belong to, such as {@code provider/ID}
     * @param given values by name; a secret that is left out keeps what is stored, one that is empty loses it
     * @param stored what the catalogue has
     */
    Map<String, List<String>> store(
            String owner, SettingsSchema schema, Map<String, List<String>> given, Map<String, List<String>> stored)
            throws PluginException {
        Map<String, List<String>> clear = new HashMap<>();
        for (Map.Entry<String, List<String>> entry : given.entrySet()) {
            refuseNothing(entry.getKey(), entry.getValue());
            if (!entry.getValue().isEmpty()) {
                clear.put(entry.getKey(), entry.getValue());
            }
        }
        Map<String, List<String>> kept = new HashMap<>();
        for (Setting setting : schema.settings()) {
            List<String> before = stored.get(setting.name());
            if (setting.secret() && before != null && !given.containsKey(setting.name())) {
                kept.put(setting.name(), before);
                clear.put(setting.name(), unsealed(owner, setting.name(), before));
            }
        }
        Settings.of(schema, clear);
        for (Map.Entry<String, List<String>> entry : given.entrySet()) {
            refuseSealed(schema, entry.getKey(), entry.getValue());
        }
        Map<String, List<String>> result = new HashMap<>();
        for (Map.Entry<String, List<String>> entry : clear.entrySet()) {
            String name = entry.getKey();
            boolean secret = schema.setting(name).map(Setting::secret).orElse(true);
            List<String> same = kept.get(name);
            result.put(name, same != null ? same : secret ? sealed(owner, name, entry.getValue()) : entry.getValue());
        }
        return result;
    }

    /** What looks sealed would be unsealed when it is read: it must not come in through a setting that is no secret. */
    private void refuseSealed(SettingsSchema schema, String name, List<String> values) throws PluginException {
        boolean secret = schema.setting(name).map(Setting::secret).orElse(false);
        if (!secret && values.stream().anyMatch(secrets::isSealed)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "setting '" + name + "' begins like a sealed secret; choose another value");
        }
    }

    private static void refuseNothing(String name, @Nullable List<String> values) throws PluginException {
        if (values == null || values.stream().anyMatch(value -> value == null)) {
            String shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "setting '" + shown.replaceAll("\\p{Cntrl}", "?") + "' has no value; leave it out or give it one");
        }
    }

    /** The values in clear, checked against the schema as it is now. */
    Settings open(String owner, SettingsSchema schema, Map<String, List<String>> stored) throws PluginException {
        Map<String, List<String>> clear = new HashMap<>();
        for (Map.Entry<String, List<String>> entry : stored.entrySet()) {
            clear.put(entry.getKey(), unsealed(owner, entry.getKey(), entry.getValue()));
        }
        return Settings.of(schema, clear);
    }

    /** What may be shown. What is stored sealed is a secret, whatever the schema says now. */
    ShownSettings shown(@Nullable SettingsSchema schema, Map<String, List<String>> stored) {
        Map<String, List<String>> values = new HashMap<>();
        Set<String> set = new HashSet<>();
        for (Map.Entry<String, List<String>> entry : stored.entrySet()) {
            boolean open = schema != null
                    && schema.setting(entry.getKey())
                            .map(setting -> !setting.secret())
                            .orElse(false)
                    && entry.getValue().stream().noneMatch(secrets::isSealed);
            if (open) {
                values.put(entry.getKey(), entry.getValue());
            } else {
                set.add(entry.getKey());
            }
        }
        return new ShownSettings(values, set);
    }

    private List<String> sealed(String owner, String name, List<String> values) {
        List<String> result = new ArrayList<>();
        for (String value : values) {
            result.add(secrets.seal(value, owner + "/" + name));
        }
        return result;
    }

    private List<String> unsealed(String owner, String name, List<String> values) throws PluginException {
        List<String> result = new ArrayList<>();
        for (String value : values) {
            result.add(secrets.isSealed(value) ? secrets.unseal(value, owner + "/" + name) : value);
        }
        return result;
    }
}
