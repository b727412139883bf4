package io.holdfast.core.security.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * How the built-in key services wrap: a byte for the version of this form, then 12 random bytes, the cipher text and its tag,
 * AES-GCM with the context authenticated. The provider computes, which may be a token that never shows its key.
 */
final class WrappedKey {

    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String GCM = "AES/GCM/NoPadding";

    private final Key key;
    private final Provider provider;
    private final SecureRandom random;

    WrappedKey(Key key, Provider provider, SecureRandom random) {
        this.key = key;
        this.provider = provider;
        this.random = random;
    }

    /** The provider that the platform prefers for keys which are in memory. */
    static Provider inMemory() {
        try {
            return Cipher.getInstance(GCM).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    byte[] wrap(byte[] secret, String context) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] hidden = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(secret);
        byte[] whole = new byte[1 + NONCE + hidden.length];
        whole[0] = VERSION;
        System.arraycopy(nonce, 0, whole, 1, NONCE);
        System.arraycopy(hidden, 0, whole, 1 + NONCE, hidden.length);
        return whole;
    }

    /** {@link AEADBadTagException} if it is not a whole and unchanged result of {@link #wrap} for that context. */
    byte[] unwrap(byte[] wrapped, String context) throws GeneralSecurityException {
        if (wrapped.length <= 1 + NONCE + TAG_BITS / 8 || wrapped[0] != VERSION) {
            throw new AEADBadTagException("not a wrapped key of this form");
        }
        byte[] nonce = Arrays.copyOfRange(wrapped, 1, 1 + NONCE);
        return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(wrapped, 1 + NONCE, wrapped.length - 1 - NONCE);
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(GCM, provider);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
