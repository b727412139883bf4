package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.Catalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which the catalogue's secrets are sealed: 32 random bytes in {@code master.key}. The catalogue remembers a
 * fingerprint, so that a lost or a foreign key is told from a new appliance.
 */
final class MasterKey {

    static final String FILE = "master.key";
    private static final String PROPERTY = "security.master-key";
    private static final int LENGTH = 32;

    private MasterKey() {}

    /**
     * The key that fits the catalogue; made if neither has any.
     *
     * @throws IllegalStateException saying what to do, if the key is missing, damaged or another one
     */
    static SecretKey load(PrivateFiles files, Catalog catalog, SecureRandom random) throws IOException {
        Optional<byte[]> stored = files.read(FILE);
        Optional<String> expected = catalog.property(PROPERTY);
        if (stored.isEmpty() && expected.isPresent()) {
            throw new IllegalStateException("the master key " + files.path(FILE)
                    + " is missing, but the catalogue holds secrets that were sealed with it; restore the file from a copy,"
                    + " or start with an empty catalogue and attach the vaults with their recovery keys");
        }
        byte[] raw = stored.isPresent() ? stored.get() : create(files, random);
        if (raw.length != LENGTH) {
            throw new IllegalStateException("the master key " + files.path(FILE) + " has " + raw.length
                    + " bytes instead of " + LENGTH + "; restore the file from a copy");
        }
        SecretKey key = new SecretKeySpec(raw, "AES");
        String fingerprint = fingerprint(raw);
        String known = catalog.propertyOrSet(PROPERTY, fingerprint);
        if (!known.equals(fingerprint)) {
            throw new IllegalStateException("the master key " + files.path(FILE) + " (" + fingerprint
                    + ") is not the one that sealed the secrets of this catalogue (" + known
                    + "); restore the file that belongs to the catalogue, or the catalogue that belongs to the file");
        }
        return key;
    }

    private static byte[] create(PrivateFiles files, SecureRandom random) throws IOException {
        byte[] raw = new byte[LENGTH];
        random.nextBytes(raw);
        files.write(FILE, raw);
        return raw;
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
