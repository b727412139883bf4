package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.transport.ssh.HostKeys;
import io.holdfast.transport.ssh.SshCredentials;
import io.holdfast.transport.ssh.SshEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The commands that somebody wants to be run before and after the moment in which the disks are held still.
 *
 * @param place where they run
 * @param before the moment; empty for none
 * @param after it; empty for none
 * @param settings for the login to the guest
 */
record CommandOptions(Place place, Optional<Command> before, Optional<Command> after, Settings settings) {

    /** Where commands run. */
    enum Place {
        /** On the host of the machine. */
        HOST("host"),
        /** In the guest, by its agent. */
        AGENT("guest-agent"),
        /** In the guest, by SSH. */
        SSH("guest-ssh");

        private final String word;

        Place(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        static Place of(String word) {
            for (Place place : values()) {
                if (place.word.equals(word)) {
                    return place;
                }
            }
            return HOST;
        }
    }

    /**
     * A command.
     *
     * @param argv program and arguments
     * @param good exit codes by which it says that all is well
     * @param limit after which it is ended
     * @param fails whether the backup fails if it does not say so
     */
    record Command(List<String> argv, Set<Integer> good, Duration limit, boolean fails) {}

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final String FAIL = "fail";

    static List<Setting> schema() {
        List<Setting> settings = new ArrayList<>();
        settings.add(Setting.of(
                        "commandPlace",
                        SettingKind.STRING,
                        "Commands run",
                        "host: on the KVM host, as the provider's user; guest-agent: in the guest, as its agent's user;"
                                + " guest-ssh: in the guest, by a login of its own. Default host.")
                .withChoices(Place.HOST.word(), Place.AGENT.word(), Place.SSH.word())
                .withDefault(Place.HOST.word()));
        add(settings, "pre", "Command before", "before the disks are held still");
        add(
                settings,
                "post",
                "Command after",
                "once the disks are held still, whatever happened after the command before");
        settings.add(
                Setting.of("guestHost", SettingKind.STRING, "Guest", "Name or address of the guest, for guest-ssh."));
        settings.add(
                Setting.of("guestPort", SettingKind.INTEGER, "Guest's port", "Port of SSH in the guest. Default 22.")
                        .withRange(1, 65_535)
                        .withDefault("22"));
        settings.add(
                Setting.of("guestUser", SettingKind.STRING, "Guest's user", "Who logs in to the guest. Default root.")
                        .withDefault("root"));
        settings.add(Setting.of(
                        "guestPrivateKey",
                        SettingKind.TEXT,
                        "Guest's private key",
                        "Content of the private key file of the guest's user.")
                .asSecret());
        settings.add(Setting.of("guestPassword", SettingKind.STRING, "Guest's password", "Of the guest's user.")
                .asSecret());
        settings.add(Setting.of(
                "guestHostKey",
                SettingKind.TEXT,
                "Guest's host key",
                "The guest's public host key. Needed for guest-ssh: no other guest is trusted."));
        return settings;
    }

    private static void add(List<Setting> settings, String name, String title, String when) {
        settings.add(Setting.of(
                        name + "Command",
                        SettingKind.STRING,
                        title,
                        "Program and arguments, a value each, run " + when
                                + ". No shell reads them, and they must hold no secret. Default none. Machines that are"
                                + " stopped run none.")
                .asList());
        settings.add(Setting.of(
                        name + "ExitCodes",
                        SettingKind.INTEGER,
                        title + ": exit codes",
                        "Exit codes by which the command says that all is well. Default 0.")
                .asList()
                .withRange(0, 255)
                .withDefault("0"));
        settings.add(Setting.of(
                        name + "Timeout",
                        SettingKind.DURATION,
                        title + ": limit",
                        "How long the command may take, at most an hour. Default PT1M.")
                .withDefault("PT1M"));
        settings.add(Setting.of(
                        name + "Failure",
                        SettingKind.STRING,
                        title + ": failure",
                        "What another exit code means: fail ends the backup, warn goes on with a warning. Default fail.")
                .withChoices(FAIL, "warn")
                .withDefault(FAIL));
    }

    static CommandOptions of(Settings settings) throws PluginException {
        CommandOptions options = new CommandOptions(
                Place.of(settings.find("commandPlace").orElse("")),
                command(settings, "pre"),
                command(settings, "post"),
                settings);
        if (options.place == Place.SSH && (options.before.isPresent() || options.after.isPresent())) {
            options.guest().close(); // says what is missing
        }
        return options;
    }

    private static Optional<Command> command(Settings settings, String name) throws PluginException {
        List<String> argv = settings.values(name + "Command");
        if (argv.isEmpty() || argv.equals(List.of(""))) {
            return Optional.empty();
        }
        if (argv.get(0).isBlank()) {
            throw invalid("the program of a command has no name (setting " + name + "Command)");
        }
        Duration limit = settings.find(name + "Timeout").map(Duration::parse).orElse(Duration.ofMinutes(1));
        if (limit.toSeconds() < 1 || limit.compareTo(LONGEST) > 0) {
            throw invalid("a command may take a second to an hour (setting " + name + "Timeout)");
        }
        Set<Integer> good = new TreeSet<>();
        settings.values(name + "ExitCodes").forEach(code -> good.add(Integer.parseInt(code)));
        return Optional.of(new Command(
                argv,
                good.isEmpty() ? Set.of(0) : good,
                limit,
                settings.find(name + "Failure").orElse(FAIL).equals(FAIL)));
    }

    /** The guest, to be closed. */
    Host guest() throws PluginException {
        String host = required("guestHost");
        String keys = required("guestHostKey");
        String key = settings.find("guestPrivateKey").orElse("");
        String password = settings.find("guestPassword").orElse("");
        if (key.isBlank() && password.isEmpty()) {
            throw invalid(
                    "commands in the guest need a private key or a password (setting guestPrivateKey or guestPassword)");
        }
        SshCredentials credentials =
                key.isBlank() ? SshCredentials.password(password.toCharArray()) : SshCredentials.privateKey(key, null);
        return new SshHost(
                new SshEndpoint(host, (int) settings.integer("guestPort"), settings.text("guestUser")),
                credentials,
                HostKeys.parse(keys));
    }

    private String required(String name) throws PluginException {
        String value = settings.find(name).orElse("");
        if (value.isBlank()) {
            throw invalid("commands in the guest by SSH need the setting " + name);
        }
        return value.strip();
    }

    private static PluginException invalid(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, message);
    }
}
