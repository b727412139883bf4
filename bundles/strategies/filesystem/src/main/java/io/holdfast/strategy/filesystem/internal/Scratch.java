package io.holdfast.strategy.filesystem.internal;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Native memory of one thread for the arguments and results of one call. */
final class Scratch {

    /** Longest path that one call takes, with its NUL. */
    static final int PATH_MAX = 4096;

    static final int VALUE_BYTES = 128 * 1024;

    private static final int FIRST = 0;
    private static final int SECOND = FIRST + PATH_MAX + 64;
    private static final int STRUCT = SECOND + PATH_MAX + 64;
    private static final int VALUE = STRUCT + 512;

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(VALUE + VALUE_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));

    /** Copies a path for the call; the address is good until the next path is put. */
    long path(byte[] path) throws ErrnoException {
        return put(FIRST, path, path.length);
    }

    /** A second path for calls that take two. */
    long otherPath(byte[] path) throws ErrnoException {
        return put(SECOND, path, path.length);
    }

    private long put(int at, byte[] path, int length) throws ErrnoException {
        if (length >= PATH_MAX) {
            throw new ErrnoException("path", Errno.ENAMETOOLONG);
        }
        memory.put(at, path, 0, length);
        memory.put(at + length, (byte) 0);
        return address + at;
    }

    /** The path {@code /proc/self/fd/FD} or {@code /proc/self/fd/FD/NAME}: names an open file, or one in an open directory. */
    long procPath(int fd, byte[] name) {
        int at = FIRST;
        for (byte b : PROC) {
            memory.put(at++, b);
        }
        int start = at;
        int rest = fd;
        do {
            memory.put(at++, (byte) ('0' + rest % 10));
            rest /= 10;
        } while (rest > 0);
        for (int i = start, j = at - 1; i < j; i++, j--) {
            byte b = memory.get(i);
            memory.put(i, memory.get(j));
            memory.put(j, b);
        }
        if (name.length > 0) {
            memory.put(at++, (byte) '/');
            memory.put(at, name);
            at += name.length;
        }
        memory.put(at, (byte) 0);
        return address + FIRST;
    }

    private static final byte[] PROC = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/'};

    ByteBuffer memory() {
        return memory;
    }

    int structOffset() {
        return STRUCT;
    }

    long structAddress() {
        return address + STRUCT;
    }

    int valueOffset() {
        return VALUE;
    }

    long valueAddress() {
        return address + VALUE;
    }

    /** A copy of the first bytes of the value area. */
    byte[] value(int length) {
        return value(0, length);
    }

    byte[] value(int from, int length) {
        byte[] copy = new byte[length];
        memory.get(VALUE + from, copy);
        return copy;
    }

    void putValue(byte[] value) {
        memory.put(VALUE, value);
    }

    /** The NUL-terminated bytes at an address inside the value area. */
    byte[] textAt(long pointer) {
        int from = (int) (pointer - valueAddress());
        int end = from;
        while (memory.get(VALUE + end) != 0) {
            end++;
        }
        return value(from, end - from);
    }
}
