package io.holdfast.spi.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The path of an entry within its tree: bytes as the file system has them, whatever their encoding, separated by
 * {@code /}. Relative; never with an empty, {@code .} or {@code ..} segment, nor a NUL byte. The root has the empty path.
 * At most 65,535 bytes.
 *
 * <p>The order is that of a depth-first walk with the names of each directory sorted by their unsigned bytes: a
 * directory comes directly before everything in it.
 */
public final class EntryPath implements Comparable<EntryPath> {

    /** The root of a tree. */
    public static final EntryPath ROOT = new EntryPath(new byte[0]);

    private static final int MAX_LENGTH = 65_535;

    private final byte[] bytes;

    private EntryPath(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A path of these bytes. The array is copied.
     *
     * @throws IllegalArgumentException if the bytes are not a path as described above
     */
    public static EntryPath of(byte[] bytes) {
        if (bytes.length == 0) {
            return ROOT;
        }
        if (bytes.length > MAX_LENGTH) {
            throw new IllegalArgumentException("path longer than " + MAX_LENGTH + " bytes");
        }
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                checkSegment(bytes, start, i);
                start = i + 1;
            }
        }
        return new EntryPath(bytes.clone());
    }

    /** A path of this text, in UTF-8. */
    public static EntryPath of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void checkSegment(byte[] bytes, int start, int end) {
        int length = end - start;
        boolean dots =
                length == 1 && bytes[start] == '.' || length == 2 && bytes[start] == '.' && bytes[start + 1] == '.';
        if (length == 0 || dots) {
            throw new IllegalArgumentException("path has an empty, '.' or '..' segment");
        }
        for (int i = start; i < end; i++) {
            if (bytes[i] == 0) {
                throw new IllegalArgumentException("path has a NUL byte");
            }
        }
    }

    /**
     * The path of something in this directory.
     *
     * @param name one segment
     * @throws IllegalArgumentException if the name is not one valid segment
     */
    public EntryPath resolve(byte[] name) {
        for (byte b : name) {
            if (b == '/') {
                throw new IllegalArgumentException("name contains '/'");
            }
        }
        checkSegment(name, 0, name.length);
        int length = bytes.length == 0 ? name.length : bytes.length + 1 + name.length;
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("path longer than " + MAX_LENGTH + " bytes");
        }
        if (bytes.length == 0) {
            return new EntryPath(name.clone());
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        joined[bytes.length] = '/';
        System.arraycopy(name, 0, joined, bytes.length + 1, name.length);
        return new EntryPath(joined);
    }

    /** The directory that this is in; empty for the root. */
    public Optional<EntryPath> parent() {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        int slash = lastSlash();
        return Optional.of(slash < 0 ? ROOT : new EntryPath(Arrays.copyOf(bytes, slash)));
    }

    /** The last segment; empty for the root. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    /** Whether this is that path or lies below it. */
    public boolean startsWith(EntryPath ancestor) {
        int n = ancestor.bytes.length;
        return n == 0
                || bytes.length >= n
                        && Arrays.equals(bytes, 0, n, ancestor.bytes, 0, n)
                        && (bytes.length == n || bytes[n] == '/');
    }

    /** Whether this is the root. */
    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    private int lastSlash() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int compareTo(EntryPath other) {
        int n = Math.min(bytes.length, other.bytes.length);
        int i = Arrays.mismatch(bytes, 0, n, other.bytes, 0, n);
        if (i < 0) {
            return Integer.compare(bytes.length, other.bytes.length);
        }
        return Integer.compare(rank(bytes[i]), rank(other.bytes[i]));
    }

    private static int rank(byte b) {
        return b == '/' ? 0 : b & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For people: UTF-8, with undecodable bytes replaced. Not reversible; use {@link #toBytes} for anything else. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
