package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP port on which a guest must answer.
 *
 * @param number 1 to 65535
 * @param greeting what it must say first of its own accord, such as {@code SSH-2.0}; empty if it need not say anything
 */
record ProofPort(int number, String greeting) {

    private static final Pattern WRITTEN = Pattern.compile("(?s)\\s*(\\d{1,5})\\s*(?:=(.*))?");
    private static final int MOST = 32;
    private static final int LONGEST = 256;

    /** @param values {@code PORT} or {@code PORT=GREETING} each */
    static List<ProofPort> parse(List<String> values) throws PluginException {
        List<ProofPort> ports = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        for (String value : values) {
            if (value.isBlank()) {
                continue;
            }
            Matcher matcher = WRITTEN.matcher(value);
            int number = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
            if (number < 1 || number > 65_535) {
                throw invalid("'" + Commands.printable(value) + "' is not PORT or PORT=GREETING");
            }
            String greeting = matcher.group(2) == null ? "" : matcher.group(2);
            if (greeting.length() > LONGEST) {
                throw invalid("a greeting has at most " + LONGEST + " characters");
            }
            if (!numbers.add(number)) {
                throw invalid("port " + number + " is there twice");
            }
            ports.add(new ProofPort(number, greeting));
        }
        if (ports.size() > MOST) {
            throw invalid("at most " + MOST + " ports can be looked at");
        }
        return List.copyOf(ports);
    }

    private static PluginException invalid(String why) {
        return new PluginException(ErrorKind.INVALID_CONFIG, why + " (setting tcpPorts)");
    }
}
