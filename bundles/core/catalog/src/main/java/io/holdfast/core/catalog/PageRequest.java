package io.holdfast.core.catalog;

/**
 * Which part of a list is wanted.
 *
 * @param offset how many records to pass over, not negative
 * @param limit how many at most, 1 to 1,000
 */
public record PageRequest(long offset, int limit) {

    /** The most that one page holds. */
    public static final int MAX_LIMIT = 1_000;

    /** @throws IllegalArgumentException if a number is out of range */
    public PageRequest {
        if (offset < 0 || limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("offset must not be negative and limit must be 1 to " + MAX_LIMIT);
        }
    }

    /** The first page. */
    public static PageRequest first(int limit) {
        return new PageRequest(0, limit);
    }
}
