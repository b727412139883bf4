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
import java.util.function.Predicate;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Key material wrapped by a recovery key, a passphrase or shares: the {@code keys/} objects of FORMAT.md section 3.3. */
public final class KeySlot {

    /** Greatest length of such an object. */
    public static final int MAX_LENGTH = 1024;

    /** Wrapped by a recovery key. */
    public static final int RECOVERY = 1;
    /** Wrapped by a passphrase. */
    public static final int PASSPHRASE = 2;
    /** Wrapped by what a set of shares joins to. */
    public static final int SHARES = 3;

    private static final int MAGIC = 0x48466b79;
    private static final int ITERATIONS = 600_000;
    /** Dedup secret, private key and a tag. */
    private static final int SEALED = 32 + 32 + 16;

    private static final int MAX_ITERATIONS = 100_000_000;

    private KeySlot() {}

    /** Wraps keys by a recovery key. */
    public static byte[] wrap(KeyCodec.Parts parts, RecoveryKey key, SecureRandom random) throws PluginException {
        byte[] salt = random(random, 32);
        Form form = new Form(RECOVERY, 0, parts.vaultId(), parts.epoch(), salt, 0);
        return wrap(parts, form, derived(key.secret(), salt, "recovery"), random);
    }

    /** Wraps keys by a passphrase. */
    public static byte[] wrap(KeyCodec.Parts parts, char[] passphrase, SecureRandom random) throws PluginException {
        byte[] salt = random(random, 32);
        Form form = new Form(PASSPHRASE, 0, parts.vaultId(), parts.epoch(), salt, ITERATIONS);
        return wrap(parts, form, passphraseKey(passphrase, salt, ITERATIONS), random);
    }

    /** Wraps keys by what a set of shares joins to. */
    public static byte[] wrap(KeyCodec.Parts parts, ShareSecret set, SecureRandom random) throws PluginException {
        byte[] salt = random(random, 32);
        System.arraycopy(set.setId(), 0, salt, 0, ShareSecret.ID);
        int numbers = set.threshold() << 8 | set.count();
        Form form = new Form(SHARES, numbers, parts.vaultId(), parts.epoch(), salt, 0);
        return wrap(parts, form, derived(set.secret(), salt, "shares"), random);
    }

    /**
     * What a slot says of itself before it is opened; nothing of it is authenticated.
     *
     * @param type see the constants
     * @param numbers threshold and count of a set of shares, 8 bits each; else 0
     * @param salt whose first bytes are the id of a set of shares
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Form(int type, int numbers, byte[] vaultId, int epoch, byte[] salt, int iterations) {

        /** The id of the set of shares. */
        public byte[] setId() {
            return Arrays.copyOf(salt, ShareSecret.ID);
        }

        /** How many shares are needed. */
        public int threshold() {
            return numbers >> 8;
        }

        /** How many shares there are. */
        public int count() {
            return numbers & 0xff;
        }

        private Encoder encode() {
            return new Encoder()
                    .u32(MAGIC)
                    .u8(1)
                    .u8(type)
                    .u16(numbers)
                    .raw(vaultId)
                    .u32(epoch)
                    .raw(salt)
                    .u32(iterations);
        }
    }

    private static byte[] wrap(KeyCodec.Parts parts, Form form, byte[] wrapping, SecureRandom random)
            throws PluginException {
        byte[] nonce = random(random, 12);
        Encoder head = form.encode();
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

    /** Unwraps keys; empty if the slot is of another type or does not open with this. */
    public static Optional<KeyCodec.Parts> unwrap(byte[] slot, RecoveryKey key) throws PluginException {
        return unwrap(slot, form -> form.type() == RECOVERY, form -> derived(key.secret(), form.salt(), "recovery"));
    }

    /** Unwraps keys; empty if the slot is of another type or does not open with this. */
    public static Optional<KeyCodec.Parts> unwrap(byte[] slot, char[] passphrase) throws PluginException {
        return unwrap(
                slot,
                form -> form.type() == PASSPHRASE,
                form -> passphraseKey(passphrase, form.salt(), form.iterations()));
    }

    /** Unwraps keys; empty if the slot is of another type or set, or does not open with this. */
    public static Optional<KeyCodec.Parts> unwrap(byte[] slot, ShareSecret set) throws PluginException {
        return unwrap(
                slot,
                form -> form.type() == SHARES && Arrays.equals(form.setId(), set.setId()),
                form -> derived(set.secret(), form.salt(), "shares"));
    }

    /** What a slot says of itself. */
    public static Form form(byte[] slot) throws PluginException {
        return form(new Decoder("A key object", slot));
    }

    private static Form form(Decoder in) throws PluginException {
        in.magic(MAGIC);
        if (in.u8() != 1) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "The vault keys were written by a newer version.");
        }
        int type = in.u8();
        int numbers = in.u16();
        Form form = new Form(type, numbers, in.raw(16), in.u32(), in.raw(32), in.u32(MAX_ITERATIONS));
        if (type == SHARES ? !ShareSecret.possible(form.threshold(), form.count()) : numbers != 0) {
            throw in.damaged("it names no possible set of shares");
        }
        if (type == PASSPHRASE && form.iterations() < ITERATIONS) {
            throw in.damaged("it asks for too few iterations");
        }
        return form;
    }

    /** Whether an object has the form of a slot of that vault and epoch; nothing of it is authenticated. */
    public static boolean isOf(byte[] slot, byte[] vaultId, int epoch) {
        try {
            Form form = parse(slot).form();
            return form.epoch() == epoch && Arrays.equals(form.vaultId(), vaultId);
        } catch (PluginException e) {
            return false;
        }
    }

    /** The public key that a slot says to hold the private key of; it is authenticated with the slot. */
    public static byte[] publicKey(byte[] slot) throws PluginException {
        return parse(slot).publicKey();
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Parsed(Form form, byte[] nonce, byte[] publicKey, byte[] sealed) {}

    private static Parsed parse(byte[] slot) throws PluginException {
        Decoder in = new Decoder("A key object", slot);
        Form form = form(in);
        Parsed parsed = new Parsed(form, in.raw(12), in.raw(32), in.bytes16());
        in.end();
        if (form.type() < RECOVERY || form.type() > SHARES) {
            throw in.damaged("it is for no way that is known");
        }
        if (parsed.sealed().length != SEALED) {
            throw in.damaged("it holds something else");
        }
        return parsed;
    }

    private interface Derivation {
        byte[] wrappingKey(Form form) throws PluginException;
    }

    private static Optional<KeyCodec.Parts> unwrap(byte[] slot, Predicate<Form> wanted, Derivation derivation)
            throws PluginException {
        Parsed parsed = parse(slot);
        Form form = parsed.form();
        if (!wanted.test(form)) {
            return Optional.empty();
        }
        byte[] publicKey = parsed.publicKey();
        byte[] head = form.encode().toBytes();
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, derivation.wrappingKey(form), parsed.nonce(), head, publicKey);
            byte[] plain = cipher.doFinal(parsed.sealed());
            return Optional.of(new KeyCodec.Parts(
                    form.vaultId(),
                    form.epoch(),
                    Arrays.copyOf(plain, 32),
                    publicKey,
                    Arrays.copyOfRange(plain, 32, 64)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] head, byte[] publicKey)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(head);
        cipher.updateAAD(publicKey);
        return cipher;
    }

    private static byte[] derived(byte[] secret, byte[] salt, String purpose) {
        byte[] info = ("holdfast-vault-1/" + purpose).getBytes(StandardCharsets.US_ASCII);
        return Digests.hkdf(secret, salt, info, 32);
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
