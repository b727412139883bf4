package io.holdfast.access.rest.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of something.
 *
 * @param first the first byte
 * @param end the byte after the last
 */
record ByteRange(long first, long end) {

    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Reads the header Range.
     *
     * @param size how many bytes there are
     * @return empty for everything: there is no header, or it asks for what we do not give, such as several ranges
     */
    static Optional<ByteRange> parse(@Nullable String header, long size) {
        Matcher matcher = ONE.matcher(header == null ? "" : header.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty()) {
            return to.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ByteRange(Math.max(0, size - Long.parseLong(to)), size));
        }
        long first = Long.parseLong(from);
        long end = to.isEmpty() ? size : Math.min(size, Long.parseLong(to) + 1);
        if (!to.isEmpty() && Long.parseLong(to) < first) {
            return Optional.empty();
        }
        return Optional.of(new ByteRange(first, end));
    }

    /** Whether there is such a part. Everything of nothing is one. */
    boolean satisfiable(long size) {
        return first < end || first == 0 && size == 0;
    }

    long length() {
        return end - first;
    }
}
