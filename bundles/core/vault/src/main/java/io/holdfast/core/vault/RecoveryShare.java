package io.holdfast.core.vault;

import io.holdfast.core.vault.internal.crypto.Base32;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;

/**
 * One printed share of a recovery secret: as many of a set as its threshold says open the vault, fewer say nothing of it. {@link #toString}
 * shows no secret.
 */
public final class RecoveryShare {

    /** Fewest shares that a set may need. */
    public static final int MIN_THRESHOLD = ShareSecret.MIN_THRESHOLD;
    /** Most shares of a set. */
    public static final int MAX_COUNT = ShareSecret.MAX_COUNT;

    private static final int VERSION = 1;
    private static final int HEAD = 1 + ShareSecret.ID + 3;
    private static final int BODY = HEAD + ShareSecret.LENGTH;
    private static final int GROUP = 7;

    private final byte[] bytes;

    private RecoveryShare(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A share of these parts.
     *
     * @param setId 6 bytes
     * @param value 20 bytes
     */
    public static RecoveryShare of(byte[] setId, int threshold, int count, int number, byte[] value) {
        byte[] bytes = new byte[BODY];
        bytes[0] = VERSION;
        System.arraycopy(setId, 0, bytes, 1, ShareSecret.ID);
        bytes[7] = (byte) threshold;
        bytes[8] = (byte) count;
        bytes[9] = (byte) number;
        System.arraycopy(value, 0, bytes, HEAD, ShareSecret.LENGTH);
        return new RecoveryShare(bytes);
    }

    /**
     * Reads a printed share: case, spaces and dashes do not matter, {@code 0} counts as {@code O} and {@code 1} as {@code I}.
     *
     * @param printed what was typed
     * @param which names it in messages, such as {@code share 2 of those given}
     * @throws PluginException {@code AUTHENTICATION} if it is mistyped
     */
    public static RecoveryShare parse(String printed, String which) throws PluginException {
        byte[] all = Base32.decode(printed);
        if (all == null || all.length != BODY + Base32.CHECKSUM) {
            throw refused(
                    which,
                    all != null && all.length == RecoveryKey.LENGTH + Base32.CHECKSUM
                            ? "is a recovery key: give it as such"
                            : "is no recovery share: that has 56 letters and digits in 8 groups of 7");
        }
        byte[] body = Arrays.copyOf(all, BODY);
        if (!Arrays.equals(Base32.shareChecksum(body), 0, Base32.CHECKSUM, all, BODY, all.length)) {
            throw refused(which, "is mistyped: its checksum does not match");
        }
        RecoveryShare share = new RecoveryShare(body);
        if (body[0] != VERSION) {
            throw new PluginException(ErrorKind.UNSUPPORTED, which + " is of a newer version; update Holdfast.");
        }
        boolean possible = ShareSecret.possible(share.threshold(), share.count());
        if (!possible || share.number() < 1 || share.number() > share.count()) {
            throw refused(which, "is no share that can be: it names no possible set");
        }
        return share;
    }

    private static PluginException refused(String which, String why) {
        return new PluginException(ErrorKind.AUTHENTICATION, which + " " + why + ".");
    }

    /** For paper: eight groups of seven letters and digits. This is secret. */
    public String print() {
        byte[] all = Arrays.copyOf(bytes, BODY + Base32.CHECKSUM);
        System.arraycopy(Base32.shareChecksum(bytes), 0, all, BODY, Base32.CHECKSUM);
        return Base32.encodeGroups(all, GROUP);
    }

    /** Which set it belongs to: 12 hexadecimal digits. */
    public String set() {
        return ShareSecret.name(setId());
    }

    /** Which set it belongs to, 6 bytes; a copy. */
    public byte[] setId() {
        return Arrays.copyOfRange(bytes, 1, 1 + ShareSecret.ID);
    }

    /** How many shares of the set are needed, 2 to 64. */
    public int threshold() {
        return bytes[7] & 0xff;
    }

    /** How many shares the set has, at most 64. */
    public int count() {
        return bytes[8] & 0xff;
    }

    /** Which one of the set it is, from 1. */
    public int number() {
        return bytes[9] & 0xff;
    }

    /** The secret part, 20 bytes; a copy. */
    public byte[] value() {
        return Arrays.copyOfRange(bytes, HEAD, BODY);
    }

    /** Whether these are the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RecoveryShare share && Arrays.equals(bytes, share.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "RecoveryShare[" + set() + ", " + number() + "]";
    }
}
