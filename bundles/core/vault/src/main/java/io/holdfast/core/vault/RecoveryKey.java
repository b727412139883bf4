package io.holdfast.core.vault;

import io.holdfast.core.vault.internal.crypto.Base32;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.SecureRandom;
import java.util.Arrays;

/** The printed key: with it and the destination everything comes back. 160 random bits and a checksum of 40. */
public final class RecoveryKey {

    /** Length of the secret in bytes. */
    public static final int LENGTH = 20;

    private final byte[] secret;

    private RecoveryKey(byte[] secret) {
        this.secret = secret;
    }

    /** A new random key. */
    public static RecoveryKey generate(SecureRandom random) {
        byte[] secret = new byte[LENGTH];
        random.nextBytes(secret);
        return new RecoveryKey(secret);
    }

    /**
     * Reads a printed key: case, spaces and dashes do not matter, {@code 0} counts as {@code O} and {@code 1} as {@code I}.
     *
     * @throws PluginException {@code AUTHENTICATION} if it is mistyped
     */
    public static RecoveryKey parse(String printed) throws PluginException {
        byte[] all = Base32.decode(printed);
        if (all == null || all.length != LENGTH + Base32.CHECKSUM) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION, "This is not a recovery key: it has 40 letters and digits in 8 groups.");
        }
        byte[] secret = Arrays.copyOf(all, LENGTH);
        if (!Arrays.equals(Base32.checksum(secret), 0, Base32.CHECKSUM, all, LENGTH, all.length)) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION, "The recovery key is mistyped: its checksum does not match.");
        }
        return new RecoveryKey(secret);
    }

    /** For paper: eight groups of five letters and digits. This is the secret itself. */
    public String print() {
        byte[] all = Arrays.copyOf(secret, LENGTH + Base32.CHECKSUM);
        System.arraycopy(Base32.checksum(secret), 0, all, LENGTH, Base32.CHECKSUM);
        return Base32.encodeGroups(all);
    }

    /** A copy of the secret bytes. */
    public byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "RecoveryKey";
    }
}
