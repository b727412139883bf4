package io.holdfast.core.vault.internal.crypto;

import java.util.HexFormat;
import java.util.Locale;

/**
 * What a set of recovery shares is made of.
 *
 * @param setId 6 bytes, in clear in the slot
 * @param threshold how many shares open the slot
 * @param count how many shares there are
 * @param secret 20 bytes, which the shares join to
 */
@SuppressWarnings("ArrayRecordComponent")
public record ShareSecret(byte[] setId, int threshold, int count, byte[] secret) {

    /** Length of a set's id. */
    public static final int ID = 6;
    /** Length of the secret. */
    public static final int LENGTH = 20;
    /** Fewest shares that may be needed. */
    public static final int MIN_THRESHOLD = 2;
    /** Most shares of a set. */
    public static final int MAX_COUNT = 64;

    /** Whether there can be such a set. */
    public static boolean possible(int threshold, int count) {
        return threshold >= MIN_THRESHOLD && threshold <= count && count <= MAX_COUNT;
    }

    /** How a set is named to people. */
    public static String name(byte[] setId) {
        return HexFormat.of().formatHex(setId).toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "ShareSecret[" + name(setId) + ", " + threshold + " of " + count + "]";
    }
}
