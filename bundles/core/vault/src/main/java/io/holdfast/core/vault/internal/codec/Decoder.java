package io.holdfast.core.vault.internal.codec;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the binary encoding of FORMAT.md from untrusted bytes. Whatever does not fit throws {@code CORRUPT_DATA}. */
public final class Decoder {

    private final String what;
    private final byte[] bytes;
    private final int end;
    private int at;

    /**
     * @param what names the structure in messages
     * @param bytes all of it
     */
    public Decoder(String what, byte[] bytes) {
        this(what, bytes, 0, bytes.length);
    }

    /** Reads a part of an array. */
    public Decoder(String what, byte[] bytes, int offset, int length) {
        this.what = what;
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** The exception for something that cannot be. */
    public PluginException damaged(String why) {
        return damaged(what, why);
    }

    /** The exception for something that cannot be. */
    public static PluginException damaged(String what, String why) {
        return new PluginException(ErrorKind.CORRUPT_DATA, what + " is damaged: " + why + ".");
    }

    private int take(int length) throws PluginException {
        if (length < 0 || length > end - at) {
            throw damaged("it ends early");
        }
        int start = at;
        at += length;
        return start;
    }

    /** One byte. */
    public int u8() throws PluginException {
        return bytes[take(1)] & 0xff;
    }

    /** Two bytes. */
    public int u16() throws PluginException {
        return u8() << 8 | u8();
    }

    /** Four bytes, at most 2^31 - 1. */
    public int u32() throws PluginException {
        int value = u16() << 16 | u16();
        if (value < 0) {
            throw damaged("a number is out of range");
        }
        return value;
    }

    /** Four bytes of anything. */
    public int bits32() throws PluginException {
        return u16() << 16 | u16();
    }

    /** Eight bytes, signed. */
    public long i64() throws PluginException {
        return (long) bits32() << 32 | bits32() & 0xffffffffL;
    }

    /** Eight bytes, at most 2^63 - 1. */
    public long u64() throws PluginException {
        long value = i64();
        if (value < 0) {
            throw damaged("a number is out of range");
        }
        return value;
    }

    /** An unsigned LEB128 number below 2^63. */
    public long varint() throws PluginException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) {
                    throw damaged("a number is not in its shortest form");
                }
                return value;
            }
        }
        throw damaged("a number is out of range");
    }

    /** A varint of at most {@code max}. */
    public int varint(int max) throws PluginException {
        long value = varint();
        if (value > max) {
            throw damaged("a number is out of range");
        }
        return (int) value;
    }

    /** A u32 of at most {@code max}. */
    public int u32(int max) throws PluginException {
        int value = u32();
        if (value > max) {
            throw damaged("a number is out of range");
        }
        return value;
    }

    /** That many bytes. */
    public byte[] raw(int length) throws PluginException {
        int start = take(length);
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    /** An id. */
    public Id id() throws PluginException {
        return Id.at(bytes, take(Id.LENGTH));
    }

    /** A u16 length and bytes. */
    public byte[] bytes16() throws PluginException {
        return raw(u16());
    }

    /** A u32 length of at most {@code max} and bytes. */
    public byte[] bytes32(int max) throws PluginException {
        return raw(u32(max));
    }

    /** A varint length of at most {@code max} and bytes. */
    public byte[] bytesVar(int max) throws PluginException {
        return raw(varint(max));
    }

    /** A u16 length and UTF-8. */
    public String str16() throws PluginException {
        return new String(bytes16(), StandardCharsets.UTF_8);
    }

    /** Checks a magic number. */
    public void magic(int expected) throws PluginException {
        if (bits32() != expected) {
            throw damaged("it is something else");
        }
    }

    /** Checks for zero bytes. */
    public void zeroes(int count) throws PluginException {
        for (int i = 0; i < count; i++) {
            if (u8() != 0) {
                throw damaged("reserved bytes are used");
            }
        }
    }

    /** Skips bytes. */
    public void skip(int length) throws PluginException {
        take(length);
    }

    /** Position from the start of the array. */
    public int position() {
        return at;
    }

    /** What is left. */
    public int remaining() {
        return end - at;
    }

    /** Checks that nothing is left. */
    public void end() throws PluginException {
        if (at != end) {
            throw damaged("it has bytes left over");
        }
    }
}
