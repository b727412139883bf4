package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which the catalogue's secrets are sealed: 32 random bytes. The catalogue remembers a fingerprint, so that a lost
 * or a foreign key is told from a new appliance.
 */
final class MasterKey {

    static final int LENGTH = 32;
    private static final String PROPERTY = "security.master-key";

    private MasterKey() {}

    /** Whether the catalogue belongs to a key already. */
    static boolean isExpected(Catalog catalog) {
        Optional<String> expected = catalog.property(PROPERTY);
        return expected.isPresent();
    }

    static byte[] create(SecureRandom random) {
        byte[] raw = new byte[LENGTH];
        random.nextBytes(raw);
        return raw;
    }

    /** Refuses what is not the catalogue's key; a catalogue without one is given this one. */
    static void check(byte[] raw, String where, Catalog catalog) throws PluginException {
        if (raw.length != LENGTH) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "the master key " + where + " has " + raw.length + " bytes instead of " + LENGTH
                            + "; restore the file from a copy");
        }
        String fingerprint = fingerprint(raw);
        String known = catalog.propertyOrSet(PROPERTY, fingerprint);
        if (!known.equals(fingerprint)) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "the master key " + where + " (" + fingerprint
                            + ") is not the one that sealed the secrets of this catalogue (" + known
                            + "); restore the file that belongs to the catalogue, or the catalogue that belongs to the"
                            + " file");
        }
    }

    private static String fingerprint(byte[] raw) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(raw, "HmacSHA256"));
            byte[] full = mac.doFinal("holdfast master key fingerprint".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(full, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
