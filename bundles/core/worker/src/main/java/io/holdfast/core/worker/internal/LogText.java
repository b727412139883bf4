package io.holdfast.core.worker.internal;

/** Text that comes from plugins, guests and file names, made safe for a log that people read in a terminal or browser. */
final class LogText {

    private static final int LENGTH = 4_000;

    private LogText() {}

    /** Control characters, including those that turn text around, and lone surrogates become visible escapes. */
    static String escape(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int type = Character.getType(c);
            boolean bad = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            if (bad && out == null) {
                out = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (out != null) {
                append(out, c, bad);
            }
            i += Character.charCount(c);
        }
        return out == null ? text : out.toString();
    }

    private static void append(StringBuilder out, int c, boolean bad) {
        if (!bad) {
            out.appendCodePoint(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\t') {
            out.append("\\t");
        } else {
            out.append(String.format("\\u%04x", c));
        }
    }

    /** The same, cut to what a line of a task's log may hold. */
    static String line(String text) {
        String clean = escape(text);
        if (clean.length() <= LENGTH) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(LENGTH - 4)) ? LENGTH - 5 : LENGTH - 4;
        return clean.substring(0, end + 1) + "...";
    }
}
