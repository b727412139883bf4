package io.holdfast.core.security.internal;

import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM. A sealed value is {@code sealed1:} and the base64url of 12 random bytes, the cipher text and its tag; the
 * context is authenticated with it. Far fewer than 2^32 values are ever sealed under one key, so random nonces do not meet.
 */
final class SealedSecrets implements SecretStore {

    private static final String PREFIX = "sealed1:";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random;

    SealedSecrets(SecretKey key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    @Override
    public String seal(String secret, String context) {
        return seal(secret.getBytes(StandardCharsets.UTF_8), context);
    }

    @Override
    public String seal(byte[] secret, String context) {
        if (secret.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a secret has at most " + MAX_LENGTH + " bytes");
        }
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] hidden = cipher(Cipher.ENCRYPT_MODE, nonce, 0, context).doFinal(secret);
            byte[] whole = Arrays.copyOf(nonce, NONCE + hidden.length);
            System.arraycopy(hidden, 0, whole, NONCE, hidden.length);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    @Override
    public String unseal(String sealed, String context) throws PluginException {
        return new String(unsealBytes(sealed, context), StandardCharsets.UTF_8);
    }

    @Override
    public byte[] unsealBytes(String sealed, String context) throws PluginException {
        if (!isSealed(sealed)) {
            throw broken(context);
        }
        try {
            byte[] whole = Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
            if (whole.length < NONCE + TAG_BITS / 8) {
                throw broken(context);
            }
            return cipher(Cipher.DECRYPT_MODE, whole, 0, context).doFinal(whole, NONCE, whole.length - NONCE);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw broken(context);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, int offset, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static PluginException broken(String context) {
        return new PluginException(
                ErrorKind.CORRUPT_DATA,
                "unsealing '" + context + "': the value was not sealed by this appliance's master key for this purpose;"
                        + " enter the secret again, or restore the master key that belongs to the catalogue");
    }

    @Override
    public boolean isSealed(String value) {
        return value.startsWith(PREFIX);
    }
}
