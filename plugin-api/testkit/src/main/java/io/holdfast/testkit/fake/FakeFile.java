package io.holdfast.testkit.fake;

import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;

/**
 * An entry of a tree in memory.
 *
 * @param kind what it is
 * @param attributes everything but its content
 * @param content its bytes, empty unless it is a file; not copied
 */
public record FakeFile(EntryKind kind, EntryAttributes attributes, byte[] content) {

    /** A directory. */
    public static FakeFile directory() {
        return new FakeFile(EntryKind.DIRECTORY, attributes(0, 0755, EntryAttributes.NONE), EntryAttributes.NONE);
    }

    /** A regular file. */
    public static FakeFile file(byte[] content) {
        return new FakeFile(EntryKind.FILE, attributes(content.length, 0644, EntryAttributes.NONE), content);
    }

    /** A symbolic link. */
    public static FakeFile link(byte[] target) {
        return new FakeFile(EntryKind.SYMLINK, attributes(0, 0777, target), EntryAttributes.NONE);
    }

    private static EntryAttributes attributes(long size, int mode, byte[] linkTarget) {
        return new EntryAttributes(size, 1_700_000_000L, 5, mode, 1000, 1000, linkTarget, 0, EntryAttributes.NONE);
    }
}
