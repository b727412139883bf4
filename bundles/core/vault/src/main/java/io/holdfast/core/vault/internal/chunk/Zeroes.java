package io.holdfast.core.vault.internal.chunk;

import java.util.Arrays;

/** Recognises zeroes. */
public final class Zeroes {

    private static final byte[] ZEROES = new byte[1 << 16];

    private Zeroes() {}

    /** Whether all these bytes are zero. */
    public static boolean only(byte[] bytes, int offset, int length) {
        int at = 0;
        while (at < length) {
            if (bytes[offset + at] != 0) {
                return false;
            }
            int n = Math.min(ZEROES.length, length - at);
            if (Arrays.mismatch(bytes, offset + at, offset + at + n, ZEROES, 0, n) >= 0) {
                return false;
            }
            at += n;
        }
        return true;
    }
}
