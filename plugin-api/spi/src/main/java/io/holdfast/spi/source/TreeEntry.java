package io.holdfast.spi.source;

/**
 * One entry of a tree.
 *
 * @param path where it is
 * @param kind what it is
 * @param attributes what is kept of it
 * @param changeSignature bytes that differ whenever the content may differ from an earlier backup (change time, inode,
 *     size, ...); never shown or stored in clear; empty if unchanged content cannot be told, then it is read. At most
 *     255 bytes. Used for files only
 */
public record TreeEntry(EntryPath path, EntryKind kind, EntryAttributes attributes, byte[] changeSignature) {

    /** Whether the entry has content to be read. */
    public boolean hasContent() {
        return kind == EntryKind.FILE && attributes.size() > 0;
    }
}
