package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;

/**
 * Where a command speaks. Progress is redrawn in place on a terminal, a plain line now and then otherwise, and JSON
 * lines with a {@code message_type} for machines.
 */
final class Terminal {

    private static final long PLAIN_INTERVAL_NANOS = 5_000_000_000L;

    private final PrintStream out;
    private final boolean json;
    private final boolean interactive;
    private int drawn;
    private long lastPlain;

    Terminal(PrintStream out, boolean json, boolean interactive) {
        this.out = out;
        this.json = json;
        this.interactive = interactive && !json;
        this.lastPlain = System.nanoTime();
    }

    boolean json() {
        return json;
    }

    /** A line for people; nothing in JSON mode. */
    void line(String text) {
        if (!json) {
            clear();
            out.println(printable(text));
        }
    }

    /** A message for machines; nothing otherwise. */
    void message(String type, ObjectNode content) {
        if (json) {
            ObjectNode message = ApplianceClient.object();
            message.put("message_type", type);
            message.setAll(content);
            out.println(ApplianceClient.write(message));
        }
    }

    /** What is going on now. */
    void progress(String text, ObjectNode content) {
        if (interactive) {
            String shown = printable(text);
            out.print("\r" + shown + " ".repeat(Math.max(0, drawn - shown.length())));
            out.flush();
            drawn = shown.length();
            return;
        }
        long now = System.nanoTime();
        if (now - lastPlain >= PLAIN_INTERVAL_NANOS) {
            lastPlain = now;
            line(text);
            message("status", content);
        }
    }

    private void clear() {
        if (drawn > 0) {
            out.print("\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
    }
}
