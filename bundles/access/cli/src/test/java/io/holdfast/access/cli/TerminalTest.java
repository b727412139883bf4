package io.holdfast.access.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Terminal terminal(boolean json, boolean interactive) {
        return new Terminal(new PrintStream(bytes, true, StandardCharsets.UTF_8), json, interactive);
    }

    private String output() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void machinesGetJsonLinesAndNothingElse() {
        Terminal terminal = terminal(true, true);

        terminal.line("for people");
        terminal.progress("for people", ApplianceClient.object());
        terminal.message("summary", ApplianceClient.object().put("files", 3));

        assertThat(output()).isEqualToIgnoringNewLines("{\"message_type\":\"summary\",\"files\":3}");
    }

    @Test
    void progressIsRedrawnOnATerminalAndClearedBeforeALine() {
        Terminal terminal = terminal(false, true);

        terminal.progress("12345", ApplianceClient.object());
        terminal.progress("123", ApplianceClient.object());
        terminal.line("done");

        assertThat(output()).isEqualToNormalizingNewlines("\r12345\r123  \r   \rdone\n");
    }

    @Test
    void namesCannotControlTheTerminal() {
        terminal(false, false).line("evil \u001b[2J name");

        assertThat(output()).isEqualToNormalizingNewlines("evil ?[2J name\n");
    }
}
