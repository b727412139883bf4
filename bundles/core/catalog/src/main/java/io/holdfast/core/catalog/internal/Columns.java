package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.CatalogException;
import io.holdfast.spi.ErrorKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How values become columns: bounded, well-formed, and the same on every database. */
final class Columns {

    static final int ID = 64;
    static final int BACKUP_ID = 128;
    static final int NAME = 255;
    static final int MESSAGE = 4_000;

    private Columns() {}

    /** Text by which something is found again: refused if it does not fit. */
    static String exact(String field, String value, int maxLength) {
        if (value.length() > maxLength) {
            throw refused("'" + field + "' has " + value.length() + " characters; at most " + maxLength
                    + " are allowed; shorten it");
        }
        if (!wellFormed(value) || value.indexOf('\0') >= 0) {
            throw refused("'" + field + "' is not well-formed text; write it as UTF-8 without NUL characters");
        }
        return value;
    }

    /** As {@link #exact}, and not empty. */
    static String key(String field, String value, int maxLength) {
        if (value.isEmpty()) {
            throw refused("'" + field + "' is empty; give it a value");
        }
        return exact(field, value, maxLength);
    }

    /** Text for people to read: shortened and cleaned, so that a long message never stops a change of state. */
    static String message(String value, int maxLength) {
        StringBuilder clean = new StringBuilder(Math.min(value.length(), maxLength));
        value.codePoints().limit(maxLength).forEach(c -> clean.appendCodePoint(readable(c)));
        if (value.length() <= maxLength && clean.length() <= maxLength) {
            return clean.toString();
        }
        int end = maxLength - 3;
        if (Character.isHighSurrogate(clean.charAt(end - 1))) {
            end--;
        }
        return clean.substring(0, end) + "...";
    }

    private static int readable(int codePoint) {
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            return 0xFFFD;
        }
        return Character.isISOControl(codePoint) && codePoint != '\n' && codePoint != '\t' ? '?' : codePoint;
    }

    /** A line of text for people to read. */
    static String line(String value, int maxLength) {
        return message(value.replace('\n', ' ').replace('\t', ' '), maxLength);
    }

    private static boolean wellFormed(String value) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }

    static CatalogException refused(String message) {
        return new CatalogException(ErrorKind.INVALID_CONFIG, "cannot be stored: " + message, null);
    }

    static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : exactMillis(time);
    }

    static long exactMillis(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new CatalogException(ErrorKind.INVALID_CONFIG, "cannot be stored: a time is out of range", e);
        }
    }

    static @Nullable Instant time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    static <E extends Enum<E>> E constant(Class<E> type, String name) {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new CatalogException(
                    ErrorKind.CORRUPT_DATA,
                    "the catalogue holds '" + line(name, 64) + "' where a " + type.getSimpleName()
                            + " is expected; it was changed by hand or by a newer release",
                    e);
        }
    }

    /** A short unique stand-in for text that is too long for an index. */
    static String digest(String value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What a search in any case compares. */
    static String folded(String value) {
        return value.toLowerCase(Locale.ROOT);
    }
}
