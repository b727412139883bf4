package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
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
 * @param network with the ports on which it must answer
 * @param script program and arguments that the host runs once everything else has passed, and that must end with 0; empty for none
 * @param screenshot whether a picture of its screen is taken at the end
 */
record ProofOptions(
        Duration limit,
        boolean agent,
        List<String> command,
        Optional<String> consoleText,
        ProofNetwork network,
        List<String> script,
        boolean screenshot) {

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
                    "What the machine must write to its first serial console, such as login:"),
            Setting.of(
                            "tcpPorts",
                            SettingKind.STRING,
                            "TCP ports",
                            "Ports of the guest that must answer: PORT, or PORT=GREETING if it must say that first, such as"
                                    + " 22=SSH-2.0. The machine gets a network of its own for it, which leads nowhere.")
                    .asList(),
            Setting.of(
                    "guestAddress",
                    SettingKind.STRING,
                    "Guest's address",
                    "The fixed address that the guest has, with the length of its network's prefix, such as"
                            + " 192.168.1.20/24. Default: it asks for one (DHCP)."),
            Setting.of(
                            "script",
                            SettingKind.STRING,
                            "Script",
                            "A program on the KVM host and its arguments, a value each, run as the provider's user once the"
                                    + " rest has passed; must end with 0. No shell reads them. It sees HOLDFAST_PROOF_UUID,"
                                    + " HOLDFAST_PROOF_NAME, HOLDFAST_PROOF_URI, HOLDFAST_MACHINE_NAME, and for each of the TCP"
                                    + " ports HOLDFAST_PROOF_PORT_number: the port of 127.0.0.1 that leads there.")
                    .asList(),
            Setting.of(
                            "screenshot",
                            SettingKind.BOOLEAN,
                            "Screenshot",
                            "Whether a picture of its screen is kept, taken when everything is decided. Default false.")
                    .withDefault("false"));

    ProofOptions {
        command = List.copyOf(command);
        script = List.copyOf(script);
    }

    static ProofOptions of(Settings settings) throws PluginException {
        return new ProofOptions(
                Duration.ofSeconds(settings.integer("timeLimit")),
                settings.flag("agent"),
                program(settings, "command"),
                settings.find("consoleText").filter(text -> !text.isEmpty()),
                ProofNetwork.of(
                        ProofPort.parse(settings.values("tcpPorts")),
                        settings.find("guestAddress").orElse("")),
                program(settings, "script"),
                settings.flag("screenshot"));
    }

    private static List<String> program(Settings settings, String name) throws PluginException {
        List<String> argv = settings.values(name);
        if (argv.isEmpty() || argv.equals(List.of(""))) {
            return List.of();
        }
        if (argv.get(0).isBlank()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "the program to be run has no name (setting " + name + ")");
        }
        return argv;
    }

    /** Whether there is anything that the machine must do. */
    boolean checkAnything() {
        return agent || !command.isEmpty() || consoleText.isPresent() || network.used() || !script.isEmpty();
    }
}
