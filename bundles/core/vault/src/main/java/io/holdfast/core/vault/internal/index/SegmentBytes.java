package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.PluginException;
import org.jspecify.annotations.Nullable;

/** The bytes of a segment, wherever they are. For any number of threads. */
interface SegmentBytes {

    /** How many. */
    int length();

    /**
     * Some of them.
     *
     * @param at where they begin, and {@code count} how many; within the segment
     * @param reuse an array that the caller does not need any more; may come back
     * @throws PluginException {@code CORRUPT_DATA} if they are not what was stored
     */
    Window window(int at, int count, byte @Nullable [] reuse) throws PluginException;

    /** What narrows a look-up down. */
    Guide guide(SegmentHead head);

    /** Bytes from a place of an array on; not to be written to. */
    record Window(byte[] array, int from) {}

    /** Where in a segment an id can be. */
    interface Guide {

        /** Whether the segment may hold an id; if not, it does not. */
        boolean mayHold(Id id);

        /** The first entry whose id can begin with these eight bytes. */
        int from(long prefix);

        /** The entry behind the last one. */
        int to(long prefix);
    }
}
