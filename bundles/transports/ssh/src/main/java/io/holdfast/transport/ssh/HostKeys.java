package io.holdfast.transport.ssh;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The host keys that an administrator has confirmed. There is no way to accept just any key: an unknown one is shown by
 * {@link SshConnection#hostKey}, confirmed by somebody, and kept here.
 */
public final class HostKeys {

    private record Entry(List<String> hosts, HostKey key) {
        boolean isFor(SshEndpoint endpoint) {
            String host = endpoint.host().toLowerCase(Locale.ROOT);
            String withPort = "[" + host + "]:" + endpoint.port();
            return hosts.isEmpty()
                    || hosts.contains(withPort)
                    || (endpoint.port() == SshEndpoint.DEFAULT_PORT && hosts.contains(host));
        }
    }

    private final List<Entry> entries;

    private HostKeys(List<Entry> entries) {
        this.entries = entries;
    }

    /** None is known yet. */
    public static HostKeys none() {
        return new HostKeys(List.of());
    }

    /**
     * Reads lines of {@code *.pub} files ({@code type base64 [comment]}: a key for whatever host this is used with) or of
     * {@code known_hosts} ({@code host[,host] type base64}, a port other than 22 as {@code [host]:port}). Empty lines and those
     * that begin with {@code #} are passed over.
     *
     * @throws PluginException {@code INVALID_CONFIG} for anything else: hashed hosts, wild cards and markers are not understood,
     *     and a line that means nothing would be a key that somebody believes in
     */
    public static HostKeys parse(String text) throws PluginException {
        List<Entry> entries = new ArrayList<>();
        for (String line : text.split("\\R")) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                entries.add(entry(stripped));
            }
        }
        return new HostKeys(List.copyOf(entries));
    }

    private static Entry entry(String line) throws PluginException {
        String[] words = line.split("\\s+");
        int at = words.length >= 3 && isType(words[1]) && !isType(words[0]) ? 1 : 0;
        if (words.length < at + 2 || !isType(words[at])) {
            throw invalid(line, "expected 'type base64' or 'host type base64'");
        }
        String hosts = at == 0 ? "" : words[0].toLowerCase(Locale.ROOT);
        if (hosts.startsWith("|")
                || hosts.startsWith("@")
                || hosts.contains("*")
                || hosts.contains("?")
                || hosts.contains("!")) {
            throw invalid(line, "hashed hosts, wild cards and markers are not understood; write the host's name");
        }
        return new Entry(
                hosts.isEmpty() ? List.of() : Arrays.asList(hosts.split(",")), key(line, words[at], words[at + 1]));
    }

    private static HostKey key(String line, String type, String base64) throws PluginException {
        try {
            byte[] blob = Base64.getDecoder().decode(base64);
            byte[] name = type.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            // RFC 4253, 6.6: a key begins with the name of its type
            if (blob.length > name.length + 4 && Arrays.equals(blob, 4, 4 + name.length, name, 0, name.length)) {
                return new HostKey(type, Base64.getEncoder().encodeToString(blob));
            }
        } catch (IllegalArgumentException e) {
            throw invalid(line, "the key is not Base64");
        }
        throw invalid(line, "the key is not of the type that the line says");
    }

    private static boolean isType(String word) {
        return word.startsWith("ssh-") || word.startsWith("ecdsa-sha2-") || word.startsWith("sk-");
    }

    private static PluginException invalid(String line, String why) {
        String shown = line.length() > 60 ? line.substring(0, 60) + "..." : line;
        return new PluginException(ErrorKind.INVALID_CONFIG, "not a host key: '" + shown + "': " + why);
    }

    /** The keys that a host may show; empty if none was confirmed for it. */
    public List<HostKey> of(SshEndpoint endpoint) {
        return entries.stream()
                .filter(e -> e.isFor(endpoint))
                .map(Entry::key)
                .distinct()
                .toList();
    }
}
