package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How one machine is backed up.
 *
 * @param excludedDisks targets that are left out
 * @param consistency what is asked of the guest
 * @param commands run before and after
 */
record InstanceOptions(Set<String> excludedDisks, Consistency consistency, CommandOptions commands) {

    /** What the disks are like in a backup of a running machine. */
    enum Consistency {
        /** As after a loss of power. */
        CRASH,
        /** File systems held still if there is a guest agent. */
        AGENT_IF_AVAILABLE,
        /** File systems held still, or no backup. */
        AGENT_REQUIRED
    }

    private static final String IF_AVAILABLE = "agent-if-available";
    private static final String REQUIRED = "agent-required";

    static final SettingsSchema SCHEMA = schema(
            Setting.of(
                            "excludedDisks",
                            SettingKind.STRING,
                            "Excluded disks",
                            "Targets of disks that are not backed up, such as vdb. A restored machine does not have them."
                                    + " Default none.")
                    .asList(),
            Setting.of(
                            "consistency",
                            SettingKind.STRING,
                            "Consistency",
                            "crash takes the disks as they are; agent-if-available lets the guest agent hold the file systems"
                                    + " still for a moment if there is one; agent-required fails without. Default"
                                    + " agent-if-available.")
                    .withChoices("crash", IF_AVAILABLE, REQUIRED)
                    .withDefault(IF_AVAILABLE));

    private static SettingsSchema schema(Setting... own) {
        List<Setting> settings = new ArrayList<>(List.of(own));
        settings.addAll(CommandOptions.schema());
        return new SettingsSchema(settings);
    }

    static InstanceOptions of(Settings settings) throws PluginException {
        Consistency consistency =
                switch (settings.find("consistency").orElse(IF_AVAILABLE)) {
                    case IF_AVAILABLE -> Consistency.AGENT_IF_AVAILABLE;
                    case REQUIRED -> Consistency.AGENT_REQUIRED;
                    default -> Consistency.CRASH;
                };
        return new InstanceOptions(
                Set.copyOf(new HashSet<>(settings.values("excludedDisks"))), consistency, CommandOptions.of(settings));
    }
}
