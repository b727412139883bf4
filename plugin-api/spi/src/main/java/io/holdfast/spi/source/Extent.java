package io.holdfast.spi.source;

/**
 * A range of a disk or file and what is known of it without reading.
 *
 * @param offset first byte, not negative
 * @param length number of bytes, positive
 * @param state what is known
 */
public record Extent(long offset, long length, State state) {

    /** What is known of a range. */
    public enum State {
        /** Must be read. */
        DATA,
        /** Reads as zeroes: a hole, or trimmed. Is not read. */
        ZERO,
        /** The same as in the backup that the export's change token stands for. Is not read. */
        UNCHANGED
    }

    /** Checks the range. */
    public Extent {
        if (offset < 0 || length <= 0 || offset + length < 0) {
            throw new IllegalArgumentException("invalid extent " + offset + "+" + length);
        }
    }

    /** The byte after the last one. */
    public long end() {
        return offset + length;
    }
}
