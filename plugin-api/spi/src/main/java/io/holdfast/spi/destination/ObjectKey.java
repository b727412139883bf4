package io.holdfast.spi.destination;

import java.util.regex.Pattern;

/**
 * The name of an object: segments of lower-case ASCII letters, digits, {@code .}, {@code _} and {@code -}, separated by
 * {@code /}. No segment starts with a dot, none is longer than 128 characters, the whole is at most 512 characters.
 * So every key is a valid file name, S3 key, blob name and tape label at once, on case-insensitive stores too.
 *
 * <p>Keys order by their characters; {@link Destination#list} uses that order.
 *
 * @param value the whole key
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {

    private static final Pattern SEGMENT = Pattern.compile("[a-z0-9_-][a-z0-9._-]{0,127}");
    private static final int MAX_LENGTH = 512;

    /** @throws IllegalArgumentException if the key is not of the form above */
    public ObjectKey {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("object key longer than " + MAX_LENGTH + " characters");
        }
        for (String segment : value.split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches()) {
                throw new IllegalArgumentException("invalid object key: " + value);
            }
        }
    }

    /** The key of that name. */
    public static ObjectKey of(String value) {
        return new ObjectKey(value);
    }

    @Override
    public int compareTo(ObjectKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
