package io.holdfast.core.vault.internal.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How recovery keys are printed: RFC 4648 base32 in groups, with a checksum. */
public final class Base32 {

    /** Length of the checksum in bytes. */
    public static final int CHECKSUM = 5;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int GROUP = 5;

    private Base32() {}

    /** The checksum of a secret. */
    public static byte[] checksum(byte[] secret) {
        return checksum("holdfast recovery key", secret);
    }

    /** The checksum of a share. */
    public static byte[] shareChecksum(byte[] share) {
        return checksum("holdfast recovery share", share);
    }

    private static byte[] checksum(String label, byte[] bytes) {
        MessageDigest digest = Digests.sha256();
        digest.update(label.getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(digest.digest(bytes), CHECKSUM);
    }

    /** Bytes, a multiple of five, as groups of letters and digits. */
    public static String encodeGroups(byte[] bytes) {
        return encodeGroups(bytes, GROUP);
    }

    /** Bytes, a multiple of five, as groups of that many letters and digits. */
    public static String encodeGroups(byte[] bytes, int group) {
        StringBuilder out = new StringBuilder();
        long bits = 0;
        int count = 0;
        int written = 0;
        for (byte b : bytes) {
            bits = (bits << 8 | (b & 0xff)) & 0xffffff;
            count += 8;
            while (count >= 5) {
                count -= 5;
                if (written > 0 && written % group == 0) {
                    out.append('-');
                }
                out.append(ALPHABET.charAt((int) (bits >> count) & 31));
                written++;
            }
        }
        return out.toString();
    }

    /** What was typed; null if there are foreign characters. */
    public static byte @Nullable [] decode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long bits = 0;
        int count = 0;
        for (char c : text.toUpperCase(Locale.ROOT).toCharArray()) {
            if (c == '-' || Character.isWhitespace(c)) {
                continue;
            }
            int value = ALPHABET.indexOf(c == '0' ? 'O' : c == '1' ? 'I' : c);
            if (value < 0 || out.size() > 64) {
                return null;
            }
            bits = (bits << 5 | value) & 0xffffff;
            count += 5;
            if (count >= 8) {
                count -= 8;
                out.write((int) (bits >> count) & 0xff);
            }
        }
        return out.toByteArray();
    }
}
