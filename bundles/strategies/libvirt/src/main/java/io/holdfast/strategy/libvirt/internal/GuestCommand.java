package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Speaks with the guest agent of a machine, in QEMU's guest agent protocol. Only numbers are read of what it answers. */
final class GuestCommand {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern PID = Pattern.compile("\"pid\"\\s*:\\s*(\\d{1,9})\\b");
    private static final Pattern EXIT = Pattern.compile("\"exitcode\"\\s*:\\s*(-?\\d{1,9})\\b");
    private static final Pattern SIGNAL = Pattern.compile("\"signal\"\\s*:\\s*(\\d{1,9})\\b");

    private final Virsh virsh;
    private final String uuid;

    GuestCommand(Virsh virsh, String uuid) {
        this.virsh = virsh;
        this.uuid = uuid;
    }

    boolean answers() throws PluginException {
        return ask("{\"execute\":\"guest-ping\"}").good();
    }

    private Host.Output ask(String json) throws PluginException {
        return virsh.attempt(LIMIT, "qemu-agent-command", "--timeout=5", "--domain=" + uuid, "--cmd=" + json);
    }

    /** Starts a program; empty if the agent does not do so. */
    Optional<String> start(List<String> argv) throws PluginException {
        String arguments = argv.stream().skip(1).map(GuestCommand::quoted).collect(Collectors.joining(","));
        Host.Output said = ask("{\"execute\":\"guest-exec\",\"arguments\":{\"path\":" + quoted(argv.get(0))
                + ",\"arg\":[" + arguments + "]}}");
        return said.good() ? number(PID, said.text()) : Optional.empty();
    }

    /** How a program has ended, 128 and more by a signal; empty as long as it runs. */
    OptionalInt ended(String pid) throws PluginException {
        Host.Output said = ask("{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":" + pid + "}}");
        Optional<String> exit = said.good() ? number(EXIT, said.text()) : Optional.empty();
        if (exit.isPresent()) {
            return OptionalInt.of(Integer.parseInt(exit.get()));
        }
        return said.good() && number(SIGNAL, said.text()).isPresent() ? OptionalInt.of(128) : OptionalInt.empty();
    }

    private static Optional<String> number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** A string of JSON (RFC 8259, 7). */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
