package io.holdfast.access.model;

import io.holdfast.core.inventory.DestinationInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is printed beside a key. No secrets.
 *
 * @param appliance id of the appliance
 * @param destination name of the destination
 * @param type its kind
 * @param settings its settings by name, as they are shown; secrets are named and have no value
 * @param where the options of {@code holdfast-vault} that name the destination
 * @param vaultId the vault
 * @param epoch the key epoch
 * @param date of the printing, as a day
 */
public record KitFacts(
        String appliance,
        String destination,
        String type,
        Map<String, String> settings,
        List<String> where,
        String vaultId,
        int epoch,
        String date) {

    /** Copies the collections. */
    public KitFacts {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        where = List.copyOf(where);
    }

    /** Facts of a destination. */
    public static KitFacts of(DestinationInfo d, String appliance, int epoch, String date) {
        Map<String, String> shown = new LinkedHashMap<>();
        List<String> options = new ArrayList<>();
        boolean files = d.type().equals("filesystem");
        if (!files) {
            options.add("--type " + quoted(d.type()));
        }
        d.settings().values().forEach((name, values) -> {
            shown.put(name, Texts.printable(String.join(", ", values)));
            for (String value : values) {
                options.add(
                        files && name.equals("paths")
                                ? "--path " + quoted(value)
                                : "--setting " + quoted(name + "=" + value));
            }
        });
        d.settings().secretsSet().forEach(name -> {
            shown.put(name, "(secret, not printed)");
            options.add("--setting-file " + quoted(name + "=FILE"));
        });
        return new KitFacts(appliance, d.name(), d.type(), shown, options, d.vaultId(), epoch, date);
    }

    /** As a shell takes it. */
    private static String quoted(String value) {
        String text = Texts.printable(value);
        return text.matches("[A-Za-z0-9_./:=,@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
