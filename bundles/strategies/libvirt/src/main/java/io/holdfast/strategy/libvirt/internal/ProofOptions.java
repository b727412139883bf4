package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a machine must do when it is booted to prove its backup.
 *
 * @param limit within which everything must have happened
 * @param agent whether its guest agent must answer
 * @param command program and arguments that the guest agent runs, and that must end with 0; empty for none
 * @param consoleText what its serial console must show
 */
record ProofOptions(Duration limit, boolean agent, List<String> command, Optional<String> consoleText) {

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "timeLimit",
                            SettingKind.INTEGER,
                            "Time limit",
                            "Seconds within which the machine must have passed. Default 300.")
                    .withRange(10, 7_200)
                    .withDefault("300"),
            Setting.of(
                            "agent",
                            SettingKind.BOOLEAN,
                            "Guest agent",
                            "Whether its guest agent must answer. Default true.")
                    .withDefault("true"),
            Setting.of(
                            "command",
                            SettingKind.STRING,
                            "Command",
                            "A program in the guest and its arguments, which must end with 0. Run by the guest agent.")
                    .asList(),
            Setting.of(
                    "consoleText",
                    SettingKind.STRING,
                    "Console text",
                    "What the machine must write to its first serial console, such as login:"));

    ProofOptions {
        command = List.copyOf(command);
    }

    static ProofOptions of(Settings settings) {
        return new ProofOptions(
                Duration.ofSeconds(settings.integer("timeLimit")),
                settings.flag("agent"),
                settings.values("command"),
                settings.find("consoleText").filter(text -> !text.isEmpty()));
    }
}
