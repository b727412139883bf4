package io.holdfast.core.vault;

/**
 * One source of a backup.
 *
 * @param name its name
 * @param shape how it is read
 * @param size bytes of a disk or stream, number of entries of a tree; of items the number of listing entries, tombstones
 *     and superseded ones included
 */
public record SourceInfo(String name, Shape shape, long size) {

    /** The four shapes of sources. */
    public enum Shape {
        /** Random access. */
        DISK,
        /** Files with attributes. */
        TREE,
        /** Bytes in order. */
        STREAM,
        /** Objects with ids. */
        ITEMS
    }
}
