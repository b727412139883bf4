package io.holdfast.core.vault.internal.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the binary encoding of FORMAT.md into a growing array. */
public final class Encoder {

    private byte[] bytes;
    private int size;

    /** An empty encoder. */
    public Encoder() {
        this(256);
    }

    /** An empty encoder with room. */
    public Encoder(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    private int grow(int more) {
        int at = size;
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
        }
        size += more;
        return at;
    }

    /** One byte. */
    public Encoder u8(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
        return this;
    }

    /** Two bytes. */
    public Encoder u16(int value) {
        return u8(value >> 8).u8(value);
    }

    /** Four bytes. */
    public Encoder u32(int value) {
        return u16(value >>> 16).u16(value);
    }

    /** Eight bytes. */
    public Encoder u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    /** An unsigned LEB128 number, not negative. */
    public Encoder varint(long value) {
        long rest = value;
        while (rest >= 0x80) {
            u8((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** Bytes as they are. */
    public Encoder raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    /** A part of an array as it is. */
    public Encoder raw(byte[] value, int offset, int length) {
        int at = grow(length);
        System.arraycopy(value, offset, bytes, at, length);
        return this;
    }

    /** An id. */
    public Encoder id(Id id) {
        int at = grow(Id.LENGTH);
        id.write(bytes, at);
        return this;
    }

    /** A u16 length and bytes. */
    public Encoder bytes16(byte[] value) {
        if (value.length > 0xffff) {
            throw new IllegalArgumentException("too long for bytes16: " + value.length);
        }
        return u16(value.length).raw(value);
    }

    /** A u32 length and bytes. */
    public Encoder bytes32(byte[] value) {
        return u32(value.length).raw(value);
    }

    /** A varint length and bytes. */
    public Encoder bytesVar(byte[] value) {
        return varint(value.length).raw(value);
    }

    /** A u16 length and UTF-8. */
    public Encoder str16(String value) {
        return bytes16(value.getBytes(StandardCharsets.UTF_8));
    }

    /** How much has been written. */
    public int size() {
        return size;
    }

    /** Starts again. */
    public void reset() {
        size = 0;
    }

    /** The array that is being written to; valid up to {@link #size} and until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of what has been written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
