package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is kept of an entry beyond the common attributes, in {@code EntryAttributes.extra}.
 *
 * <p>Encoding, version 1: a byte {@code 1}, then fields in any order, each a tag byte, a length (unsigned LEB128) and that many
 * bytes. Readers skip tags that they do not know.
 * <pre>
 *   1  name of the owner          2  name of the group
 *   3  extended attribute: length of its name (LEB128), name, value      (repeated)
 *   4  inode flags: one byte, bit 0 immutable, 1 append-only, 2 no-dump, 3 compressed
 *   5  marks: one byte, bit 0 the file has holes, bit 1 the file has further names (hard links)
 * </pre>
 *
 * @param ownerName empty if unknown
 * @param groupName empty if unknown
 * @param attributes extended attributes, access lists among them
 * @param flags inode flags, as above
 * @param sparse whether the file has holes
 * @param linked whether further hard links may follow
 */
record EntryExtra(
        byte[] ownerName,
        byte[] groupName,
        List<ExtendedAttribute> attributes,
        int flags,
        boolean sparse,
        boolean linked) {

    static final int MAX_BYTES = 1024 * 1024;

    static final int IMMUTABLE = 1;
    static final int APPEND = 2;
    static final int NODUMP = 4;
    static final int COMPRESSED = 8;

    private static final int VERSION = 1;
    private static final int MAX_NAME = 255;
    private static final byte[] NONE = new byte[0];

    static final EntryExtra EMPTY = new EntryExtra(NONE, NONE, List.of(), 0, false, false);

    /** Encodes. What does not fit is left out from the end of the extended attributes: compare with {@link #fits}. */
    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32);
        out.write(VERSION);
        field(out, 1, ownerName);
        field(out, 2, groupName);
        if (flags != 0) {
            field(out, 4, new byte[] {(byte) flags});
        }
        int marks = (sparse ? 1 : 0) | (linked ? 2 : 0);
        if (marks != 0) {
            field(out, 5, new byte[] {(byte) marks});
        }
        for (ExtendedAttribute attribute : attributes) {
            if (out.size() + encodedSize(attribute) <= MAX_BYTES) {
                out.write(3);
                number(out, numberSize(attribute.name().length) + attribute.name().length + attribute.value().length);
                number(out, attribute.name().length);
                out.writeBytes(attribute.name());
                out.writeBytes(attribute.value());
            }
        }
        return out.toByteArray();
    }

    /** Whether everything fits. */
    boolean fits() {
        long size = 1 + 2L * (MAX_NAME + 3) + 6;
        for (ExtendedAttribute attribute : attributes) {
            size += encodedSize(attribute);
        }
        return size <= MAX_BYTES;
    }

    private static int encodedSize(ExtendedAttribute attribute) {
        return 8 + attribute.name().length + attribute.value().length;
    }

    private static void field(ByteArrayOutputStream out, int tag, byte[] value) {
        if (value.length > 0 && value.length <= MAX_NAME) {
            out.write(tag);
            number(out, value.length);
            out.writeBytes(value);
        }
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static int numberSize(int value) {
        return value > 0x3fff ? 3 : value > 0x7f ? 2 : 1;
    }

    /**
     * Decodes, trusting nothing.
     *
     * @throws PluginException {@code UNSUPPORTED} if the bytes are not such an encoding
     */
    static EntryExtra decode(byte[] bytes) throws PluginException {
        if (bytes.length == 0) {
            return EMPTY;
        }
        if (bytes.length > MAX_BYTES || bytes[0] != VERSION) {
            throw malformed("written by a newer release, or damaged");
        }
        Reader in = new Reader(bytes, 1, bytes.length);
        byte[] owner = NONE;
        byte[] group = NONE;
        int flags = 0;
        int marks = 0;
        List<ExtendedAttribute> attributes = new ArrayList<>();
        while (in.at < in.end) {
            int tag = bytes[in.at++];
            int end = in.field();
            switch (tag) {
                case 1 -> owner = Arrays.copyOfRange(bytes, in.at, end);
                case 2 -> group = Arrays.copyOfRange(bytes, in.at, end);
                case 3 -> attributes.add(new Reader(bytes, in.at, end).attribute());
                case 4 -> flags = end > in.at ? bytes[in.at] : 0;
                case 5 -> marks = end > in.at ? bytes[in.at] : 0;
                default -> {} // of a later release
            }
            in.at = end;
        }
        return new EntryExtra(owner, group, List.copyOf(attributes), flags, (marks & 1) != 0, (marks & 2) != 0);
    }

    private static PluginException malformed(String why) {
        return new PluginException(
                ErrorKind.UNSUPPORTED, "the further attributes of this entry cannot be understood: " + why);
    }

    private static final class Reader {
        private final byte[] bytes;
        private int at;
        private final int end;

        Reader(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        /** Reads a length; the end of the bytes that it counts. */
        int field() throws PluginException {
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                if (at >= end || shift > 21) {
                    throw malformed("a length is damaged");
                }
                byte b = bytes[at++];
                length |= (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            if (length > end - at) {
                throw malformed("a field is longer than the whole");
            }
            return at + length;
        }

        ExtendedAttribute attribute() throws PluginException {
            int nameEnd = field();
            byte[] name = Arrays.copyOfRange(bytes, at, nameEnd);
            if (name.length == 0 || name.length > MAX_NAME) {
                throw malformed("an extended attribute has no proper name");
            }
            for (byte b : name) {
                if (b == 0) {
                    throw malformed("the name of an extended attribute has a NUL byte");
                }
            }
            return new ExtendedAttribute(name, Arrays.copyOfRange(bytes, nameEnd, end));
        }
    }
}
