package io.holdfast.core.vault.internal.store;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.util.Arrays;

/** The authenticated envelope of small clear objects, FORMAT.md section 4. */
public final class Envelope {

    /** {@code vault.hf}. */
    public static final int DESCRIPTOR = 0x48467674;
    /** An adoption. */
    public static final int OWNER = 0x48466f77;
    /** A lease. */
    public static final int LEASE = 0x48466c73;
    /** A collection begins. */
    public static final int PLAN = 0x48466770;
    /** Condemned packs. */
    public static final int TOMB = 0x48466774;
    /** Sessions that must end first. */
    public static final int WAIT = 0x48466777;
    /** What will be deleted. */
    public static final int DONE = 0x48466764;
    /** A collection is over. */
    public static final int END = 0x48466765;
    /** A health record. */
    public static final int HEALTH = 0x48466865;

    /** The mark of a replica. */
    public static final int REPLICA = 0x48467270;

    /** A key epoch. */
    public static final int EPOCH = 0x48466570;
    /** The keys were destroyed. */
    public static final int DESTROYED = 0x48466473;

    /** Greatest length of such an object. */
    public static final int MAX_LENGTH = 40 << 20;

    private static final int HEAD = 24;
    private static final int MAC = 32;

    private Envelope() {}

    /** Wraps a body. */
    public static byte[] wrap(KeyRing keys, int magic, ObjectKey key, byte[] body) {
        Encoder out = new Encoder(HEAD + body.length + MAC);
        out.u32(magic).u8(1).u8(0).u16(0).raw(keys.vaultId()).raw(body);
        byte[] mac = keys.objectMac("", key.value(), out.array(), out.size());
        return out.raw(mac).toBytes();
    }

    /** Authenticates an object and gives its body. */
    public static Decoder unwrap(KeyRing keys, int magic, ObjectKey key, byte[] bytes) throws PluginException {
        if (bytes.length < HEAD + MAC) {
            throw Decoder.damaged(key.value(), "it is too short");
        }
        if (!Arrays.equals(bytes, 8, HEAD, keys.vaultId(), 0, 16)) {
            throw Decoder.damaged(key.value(), "it belongs to another vault");
        }
        if (!keys.objectMacMatches("", key.value(), bytes, bytes.length - MAC)) {
            throw Decoder.damaged(key.value(), "its authentication code does not match");
        }
        return body(magic, key, bytes); // after the code, so that a damaged version is not taken for a later one
    }

    /** The body without authentication, for the descriptor before there are keys. */
    public static Decoder body(int magic, ObjectKey key, byte[] bytes) throws PluginException {
        if (bytes.length < HEAD + MAC) {
            throw Decoder.damaged(key.value(), "it is too short");
        }
        Decoder head = new Decoder(key.value(), bytes, 0, HEAD);
        head.magic(magic);
        if (head.u8() != 1) {
            throw new PluginException(ErrorKind.UNSUPPORTED, key + " was written by a newer version; update Holdfast.");
        }
        head.zeroes(3);
        return new Decoder(key.value(), bytes, HEAD, bytes.length - HEAD - MAC);
    }

    /** The vault id in the head, without authentication. */
    public static byte[] vaultId(byte[] bytes) {
        return Arrays.copyOfRange(bytes, 8, HEAD);
    }
}
