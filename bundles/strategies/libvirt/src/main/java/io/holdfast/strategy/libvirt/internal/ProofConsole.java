package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.List;

/** What a machine that is booted writes to its serial console, kept in a file on the host. */
final class ProofConsole {

    private static final int LINES = 200;
    private static final String BYTES = "65536";

    private final Commands commands;
    private final String file;

    ProofConsole(Commands commands, String file) {
        this.commands = commands;
        this.file = file;
    }

    /** The console must show a text. */
    ProofCheck shows(String text) {
        return () -> written().contains(text)
                ? ProofCheck.Look.passed("the console shows the text")
                : ProofCheck.Look.missing("the console does not show the text");
    }

    private String written() throws PluginException {
        return commands.run("tail", "-c", BYTES, "--", file).text();
    }

    /** The last lines, without control characters. */
    List<String> lines() throws PluginException {
        return last(written(), LINES);
    }

    static List<String> last(String text, int most) {
        List<String> lines = text.lines()
                .map(it -> Commands.printable(it.stripTrailing()))
                .filter(it -> !it.isEmpty())
                .toList();
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }
}
