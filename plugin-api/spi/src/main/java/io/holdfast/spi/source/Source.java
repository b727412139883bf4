package io.holdfast.spi.source;

/**
 * One part of an instance, in one of four shapes. The plugin describes what there is and answers reads; the core pulls,
 * so that parallelism, back-pressure, progress and cancellation are written once.
 */
public sealed interface Source permits DiskSource, TreeSource, StreamSource, ItemSource {

    /**
     * Stable name of the source within its instance, such as {@code vda} or {@code root}: the same in every backup of
     * the same thing. 1 to 255 characters.
     */
    String name();
}
