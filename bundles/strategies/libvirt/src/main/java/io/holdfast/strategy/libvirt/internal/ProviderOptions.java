package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.transport.ssh.HostKey;
import io.holdfast.transport.ssh.HostKeys;
import io.holdfast.transport.ssh.SshConnection;
import io.holdfast.transport.ssh.SshCredentials;
import io.holdfast.transport.ssh.SshEndpoint;
import io.holdfast.transport.ssh.SshOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of a host, and the way to it. */
final class ProviderOptions {

    private static final String LOCAL = "local";
    /** {@code kvm1:2222} or {@code [fd00::1]:2222}, and no bare address of IPv6. */
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\]]+)]|([^:]+)):(\\d{1,5})");

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "connection",
                            SettingKind.STRING,
                            "Connection",
                            "ssh for another host, local for the one that the node itself runs on. Default ssh.")
                    .withChoices("ssh", LOCAL)
                    .withDefault("ssh"),
            Setting.of(
                            "host",
                            SettingKind.STRING,
                            "Host",
                            "Name or address of the host; several, if machines move between hosts, with :port where it differs. All take the same login."
                                    + " Needed for ssh.")
                    .asList(),
            Setting.of("port", SettingKind.INTEGER, "Port", "Port of SSH on the host. Default 22.")
                    .withRange(1, 65_535)
                    .withDefault("22"),
            Setting.of("user", SettingKind.STRING, "User", "Who logs in. Default root.")
                    .withDefault("root"),
            Setting.of("privateKey", SettingKind.TEXT, "Private key", "Content of the user's private key file.")
                    .asSecret(),
            Setting.of("passphrase", SettingKind.STRING, "Passphrase", "Opens the private key, if it is encrypted.")
                    .asSecret(),
            Setting.of("password", SettingKind.STRING, "Password", "The user's password, if there is no private key.")
                    .asSecret(),
            Setting.of(
                    "hostKey",
                    SettingKind.TEXT,
                    "Host key",
                    "The host's public key, as in /etc/ssh/ssh_host_ed25519_key.pub there; of several hosts a line each, as in"
                            + " known_hosts (name, type, key). Needed for ssh: no other host is trusted. Left empty, the next"
                            + " inventory tells what the host shows."),
            Setting.of(
                            "uri",
                            SettingKind.STRING,
                            "libvirt URI",
                            "How libvirt is reached on the host. Default qemu:///system.")
                    .withDefault("qemu:///system"),
            Setting.of(
                            "scratchDirectory",
                            SettingKind.STRING,
                            "Scratch directory",
                            "Absolute path on the host, at most 60 bytes, for sockets and for blocks that running machines"
                                    + " overwrite while they are read: give it the room of what is written meanwhile. Made if"
                                    + " it does not exist.")
                    .withDefault("/var/lib/libvirt/qemu/holdfast"));

    private ProviderOptions() {}

    /** The hosts by name. */
    static Map<String, Host> connect(Settings settings) throws PluginException {
        if (settings.text("connection").equals(LOCAL)) {
            return Map.of(LOCAL, new LocalHost());
        }
        List<String> names =
                settings.values("host").stream().filter(name -> !name.isBlank()).toList();
        if (names.isEmpty()) {
            throw invalid("the name or address of the host is missing (setting host)");
        }
        HostKeys keys = HostKeys.parse(settings.find("hostKey").orElse(""));
        Map<String, Host> hosts = new LinkedHashMap<>();
        for (String name : names) {
            if (name.chars().anyMatch(Character::isWhitespace)) {
                throw invalid("the host has white space in it (setting host)");
            }
            SshEndpoint endpoint = endpoint(name, settings);
            if (keys.of(endpoint).isEmpty()) {
                throw unconfirmed(name, endpoint);
            }
            hosts.put(name, new SshHost(endpoint, credentials(settings), keys));
        }
        return hosts;
    }

    /** A name or address, with a port of its own or the common one. */
    private static SshEndpoint endpoint(String name, Settings settings) throws PluginException {
        Matcher matcher = WITH_PORT.matcher(name);
        if (!matcher.matches()) {
            return new SshEndpoint(name, (int) settings.integer("port"), settings.text("user"));
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port < 1 || port > 65_535) {
            throw invalid("the port of the host " + name + " is none (setting host)");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new SshEndpoint(host, port, settings.text("user"));
    }

    private static SshCredentials credentials(Settings settings) throws PluginException {
        char @Nullable [] password = secret(settings, "password");
        String key = settings.find("privateKey").orElse("");
        if (!key.isBlank()) {
            SshCredentials credentials = SshCredentials.privateKey(key, secret(settings, "passphrase"));
            return password == null ? credentials : credentials.withPassword(password);
        }
        if (password == null) {
            throw invalid("a private key or a password is needed to log in (setting privateKey or password)");
        }
        return SshCredentials.password(password);
    }

    private static char @Nullable [] secret(Settings settings, String name) {
        String text = settings.find(name).orElse("");
        return text.isEmpty() ? null : text.toCharArray();
    }

    /** The key that a host shows is not believed until somebody has put it into the settings. */
    private static PluginException unconfirmed(String name, SshEndpoint endpoint) {
        String shown;
        try {
            HostKey key = SshConnection.hostKey(endpoint, SshOptions.standard());
            shown = "It shows " + key.fingerprint() + ". Compare that with what 'ssh-keygen -lf' says of the"
                    + " file /etc/ssh/ssh_host_*_key.pub on the host itself; if it is the same, set hostKey to: "
                    + key.line();
        } catch (PluginException e) {
            shown = "It could not be asked for it: " + e.getMessage();
        }
        return invalid("the public key of the host " + name + " is not confirmed yet (setting hostKey). " + shown);
    }

    private static PluginException invalid(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, message);
    }
}
