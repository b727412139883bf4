package io.holdfast.core.vault.internal.crypto;

import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Key material wrapped by a recovery key or a passphrase: the {@code keys/} objects of FORMAT.md section 3.3. */
public final class KeySlot {

    /** Greatest length of such an object. */
    public static final int MAX_LENGTH = 1024;

    /** Wrapped by a recovery key. */
    public static final int RECOVERY = 1;
    /** Wrapped by a passphrase. */
    public static final int PASSPHRASE = 2;

    private static final int MAGIC = 0x48466b79;
    private static final int ITERATIONS = 600_000;
    /** Dedup secret, private key and a tag. */
    private static final int SEALED = 32 + 32 + 16;

    private static final int MAX_ITERATIONS = 100_000_000;

    private KeySlot() {}

    /** Wraps keys by a recovery key. */
    public static byte[] wrap(KeyCodec.Parts parts, RecoveryKey key, SecureRandom random) throws PluginException {
        byte[] salt = random(random, 32);
        return wrap(parts, RECOVERY, salt, 0, recoveryKey(key, salt), random);
    }

    /** Wraps keys by a passphrase. */
    public static byte[] wrap(KeyCodec.Parts parts, char[] passphrase, SecureRandom random) throws PluginException {
        byte[] salt = random(random, 32);
        return wrap(parts, PASSPHRASE, salt, ITERATIONS, passphraseKey(passphrase, salt, ITERATIONS), random);
    }

    private static byte[] wrap(
            KeyCodec.Parts parts, int type, byte[] salt, int iterations, byte[] wrapping, SecureRandom random)
            throws PluginException {
        byte[] nonce = random(random, 12);
        Encoder head = head(type, parts.vaultId(), parts.epoch(), salt, iterations);
        byte[] privateKey = parts.privateKey();
        if (privateKey == null) {
            throw new PluginException(ErrorKind.PERMISSION, "Keys can be wrapped with the reader keys only.");
        }
        byte[] plain = new Encoder().raw(parts.dedupSecret()).raw(privateKey).toBytes();
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, wrapping, nonce, head.toBytes(), parts.publicKey());
            byte[] sealed = cipher.doFinal(plain);
            return head.raw(nonce).raw(parts.publicKey()).bytes16(sealed).toBytes();
        } catch (GeneralSecurityException e) {
            throw new PluginException(ErrorKind.INTERNAL, "The vault keys could not be wrapped.", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** Unwraps keys; empty if the slot is of the other type or does not open with this. */
    public static Optional<KeyCodec.Parts> unwrap(byte[] slot, RecoveryKey key) throws PluginException {
        return unwrap(slot, RECOVERY, (salt, iterations) -> recoveryKey(key, salt));
    }

    /** Unwraps keys; empty if the slot is of the other type or does not open with this. */
    public static Optional<KeyCodec.Parts> unwrap(byte[] slot, char[] passphrase) throws PluginException {
        return unwrap(slot, PASSPHRASE, (salt, iterations) -> passphraseKey(passphrase, salt, iterations));
    }

    private interface Derivation {
        byte[] wrappingKey(byte[] salt, int iterations) throws PluginException;
    }

    private static Optional<KeyCodec.Parts> unwrap(byte[] slot, int wanted, Derivation derivation)
            throws PluginException {
        Decoder in = new Decoder("A key object", slot);
        in.magic(MAGIC);
        if (in.u8() != 1) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "The vault keys were written by a newer version.");
        }
        int type = in.u8();
        in.zeroes(2);
        byte[] vaultId = in.raw(16);
        int epoch = in.u32();
        byte[] salt = in.raw(32);
        int iterations = in.u32(MAX_ITERATIONS);
        byte[] nonce = in.raw(12);
        byte[] publicKey = in.raw(32);
        byte[] sealed = in.bytes16();
        in.end();
        if (type != wanted) {
            return Optional.empty();
        }
        if (sealed.length != SEALED) {
            throw in.damaged("it holds something else");
        }
        if (type == PASSPHRASE && iterations < ITERATIONS) {
            throw in.damaged("it asks for too few iterations");
        }
        byte[] head = head(type, vaultId, epoch, salt, iterations).toBytes();
        try {
            Cipher cipher =
                    cipher(Cipher.DECRYPT_MODE, derivation.wrappingKey(salt, iterations), nonce, head, publicKey);
            byte[] plain = cipher.doFinal(sealed);
            return Optional.of(new KeyCodec.Parts(
                    vaultId, epoch, Arrays.copyOf(plain, 32), publicKey, Arrays.copyOfRange(plain, 32, 64)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Encoder head(int type, byte[] vaultId, int epoch, byte[] salt, int iterations) {
        return new Encoder()
                .u32(MAGIC)
                .u8(1)
                .u8(type)
                .u16(0)
                .raw(vaultId)
                .u32(epoch)
                .raw(salt)
                .u32(iterations);
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] head, byte[] publicKey)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(head);
        cipher.updateAAD(publicKey);
        return cipher;
    }

    private static byte[] recoveryKey(RecoveryKey key, byte[] salt) {
        byte[] info = "holdfast-vault-1/recovery".getBytes(StandardCharsets.US_ASCII);
        return Digests.hkdf(key.secret(), salt, info, 32);
    }

    private static byte[] passphraseKey(char[] passphrase, byte[] salt, int iterations) throws PluginException {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, 256);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new PluginException(ErrorKind.INTERNAL, "This Java cannot derive keys from passphrases.", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] random(SecureRandom random, int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }
}
