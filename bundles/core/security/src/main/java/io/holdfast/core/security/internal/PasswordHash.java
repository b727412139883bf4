package io.holdfast.core.security.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2-HMAC-SHA256: {@code pbkdf2-sha256$iterations$salt$hash}. A few at a time, so that logins cannot take all cores. */
final class PasswordHash {

    /** What OWASP asks for since 2023. */
    static final int ITERATIONS = 600_000;

    private static final String NAME = "pbkdf2-sha256";
    private static final int SALT = 16;
    private static final int HASH_BITS = 256;
    private static final int MAX_ITERATIONS = 10_000_000;

    private final int iterations;
    private final SecureRandom random;
    private final Semaphore running = new Semaphore(2, true);

    PasswordHash(int iterations, SecureRandom random) {
        this.iterations = iterations;
        this.random = random;
    }

    String of(String password) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return NAME + "$" + iterations + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(derive(password, salt, iterations));
    }

    /** Whether a password is the one that was hashed. Anything that is not a hash fits no password. */
    boolean fits(String password, String stored) {
        String[] parts = stored.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(NAME)) {
            return false;
        }
        try {
            int rounds = Integer.parseInt(parts[1]);
            if (rounds < 1 || rounds > MAX_ITERATIONS) {
                return false;
            }
            byte[] expected = Base64.getDecoder().decode(parts[3]);
            byte[] found = derive(password, Base64.getDecoder().decode(parts[2]), rounds);
            return MessageDigest.isEqual(expected, found);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private byte[] derive(String password, byte[] salt, int rounds) {
        running.acquireUninterruptibly();
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PBKDF2", e);
        } finally {
            spec.clearPassword();
            running.release();
        }
    }
}
