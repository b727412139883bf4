package io.holdfast.core.vault.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * 32 bytes that name a chunk, a block or a pack. Ordered by unsigned bytes.
 *
 * @param a bytes 0 to 7
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record Id(long a, long b, long c, long d) implements Comparable<Id> {

    /** Length in bytes. */
    public static final int LENGTH = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The id at an offset of an array. */
    public static Id at(byte[] bytes, int offset) {
        return new Id(
                (long) LONGS.get(bytes, offset),
                (long) LONGS.get(bytes, offset + 8),
                (long) LONGS.get(bytes, offset + 16),
                (long) LONGS.get(bytes, offset + 24));
    }

    /** The id at an offset of a buffer, which is big-endian. */
    public static Id at(ByteBuffer buffer, int offset) {
        return new Id(
                buffer.getLong(offset),
                buffer.getLong(offset + 8),
                buffer.getLong(offset + 16),
                buffer.getLong(offset + 24));
    }

    /** The id of exactly these bytes. */
    public static Id of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an id has 32 bytes");
        }
        return at(bytes, 0);
    }

    /** The id of 64 hexadecimal digits. */
    public static Id ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** Writes the bytes. */
    public void write(byte[] target, int offset) {
        LONGS.set(target, offset, a);
        LONGS.set(target, offset + 8, b);
        LONGS.set(target, offset + 16, c);
        LONGS.set(target, offset + 24, d);
    }

    /** The bytes. */
    public byte[] toBytes() {
        byte[] out = new byte[LENGTH];
        write(out, 0);
        return out;
    }

    /** 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(toBytes());
    }

    @Override
    public int compareTo(Id other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) {
            order = Long.compareUnsigned(b, other.b);
        }
        if (order == 0) {
            order = Long.compareUnsigned(c, other.c);
        }
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a ^ b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Id that && a == that.a && b == that.b && c == that.c && d == that.d;
    }

    @Override
    public String toString() {
        return hex();
    }
}
