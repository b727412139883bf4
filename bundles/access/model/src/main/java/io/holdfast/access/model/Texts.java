package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/** Text on its way to people. */
public final class Texts {

    private Texts() {}

    /** The text, or null for none: the core says "none" with an empty text, JSON by leaving the field out. */
    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The text with everything replaced that could move a cursor, forge a line or turn the writing direction. */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '?'));
        return shown.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** What a failure says, or its class where it says nothing. */
    public static String messageOf(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
