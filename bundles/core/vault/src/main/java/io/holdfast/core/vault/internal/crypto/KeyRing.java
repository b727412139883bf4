package io.holdfast.core.vault.internal.crypto;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;

/** All keys of one vault in one process, derived as in FORMAT.md section 3.1. Safe for use from any thread. */
public final class KeyRing {

    private static final String LABEL = "holdfast-vault-1/";

    private final KeyCodec.Parts parts;
    private final byte[] idKey;
    private final byte[] blockKey;
    private final byte[] pathKey;
    private final byte[] signKey;
    private final byte[] macKey;
    private final long[] gear;
    private final Hpke hpke;
    private final Map<Integer, Hpke> earlier = new HashMap<>();

    /** Derives the keys. */
    public KeyRing(KeyCodec.Parts parts) throws PluginException {
        this.parts = parts;
        idKey = derive("id", 32);
        blockKey = derive("block", 32);
        pathKey = derive("path", 32);
        signKey = derive("sign", 32);
        macKey = derive("mac", 32);
        gear = new long[256];
        ByteBuffer.wrap(derive("gear", 2048)).asLongBuffer().get(gear);
        hpke = new Hpke(parts.publicKey(), parts.privateKey());
        for (KeyCodec.Earlier e : parts.earlier()) {
            earlier.put(e.epoch(), new Hpke(e.publicKey(), e.privateKey()));
        }
    }

    private byte[] derive(String name, int length) {
        return Digests.hkdf(parts.dedupSecret(), parts.vaultId(), label(name), length);
    }

    private static byte[] label(String name) {
        return (LABEL + name).getBytes(StandardCharsets.US_ASCII);
    }

    /** 16 bytes; not to be changed. */
    public byte[] vaultId() {
        return parts.vaultId();
    }

    /** The vault id in hex. */
    public String vaultIdHex() {
        return HexFormat.of().formatHex(parts.vaultId());
    }

    /** The epoch that is written. */
    public int epoch() {
        return parts.epoch();
    }

    /** Whether content can be decrypted. */
    public boolean canRead() {
        return parts.privateKey() != null;
    }

    /** The gear table; not to be changed. */
    public long[] gear() {
        return gear;
    }

    /** Hash functions for one thread. */
    public Hasher hasher() {
        return new Hasher(Digests.hmac(idKey), Digests.hmac(blockKey), Digests.hmac(pathKey), Digests.hmac(signKey));
    }

    /** A MAC over clear structures, for one thread. */
    public Mac mac() {
        return Digests.hmac(macKey);
    }

    /** The MAC of an object: over its key and its bytes up to {@code length}. */
    public byte[] objectMac(String purpose, String key, byte[] bytes, int length) {
        Mac mac = objectMac(purpose, key);
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }

    /** The MAC of an object that has got its key and is still to get its bytes. */
    public Mac objectMac(String purpose, String key) {
        Mac mac = mac();
        mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
        mac.update(new Encoder().str16(key).toBytes());
        return mac;
    }

    /** Whether the 32 bytes at {@code length} are the MAC of the bytes before. */
    public boolean objectMacMatches(String purpose, String key, byte[] bytes, int length) {
        byte[] found = Arrays.copyOfRange(bytes, length, length + 32);
        return MessageDigest.isEqual(objectMac(purpose, key, bytes, length), found);
    }

    /** The tag at the end of a block's refs. */
    public byte[] refsTag(int type, Id id, byte[] refs, int offset, int length) {
        Mac mac = mac();
        mac.update("refs".getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) type);
        mac.update(id.toBytes());
        mac.update(refs, offset, length);
        return Arrays.copyOf(mac.doFinal(), 16);
    }

    /** Seals a small secret to the reader. */
    public byte[] seal(String purpose, byte[] context, byte[] secret) throws PluginException {
        return hpke.seal(info(purpose, parts.epoch(), context), secret);
    }

    /** Whether content that was sealed to this epoch can be decrypted. */
    public boolean canRead(int epoch) {
        return canRead() && (epoch == parts.epoch() || earlier.containsKey(epoch));
    }

    /**
     * Opens what was sealed.
     *
     * @throws PluginException {@code PERMISSION} without the private key of that epoch; {@code CORRUPT_DATA} if it does not open
     */
    public byte[] open(String purpose, int epoch, byte[] context, byte[] sealed) throws PluginException {
        Hpke of = epoch == parts.epoch() || !canRead() ? hpke : earlier.get(epoch);
        if (of == null) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "This was sealed to key epoch " + epoch + ", and the keys given are those of epoch " + parts.epoch()
                            + (earlier.isEmpty() ? "" : " and earlier ones")
                            + "; use a recovery key, shares or a passphrase that the rotation to epoch " + epoch
                            + " took along.");
        }
        return of.open(info(purpose, epoch, context), sealed);
    }

    private byte[] info(String purpose, int epoch, byte[] context) {
        return new Encoder()
                .raw(label(purpose))
                .u8(0)
                .raw(parts.vaultId())
                .u32(epoch)
                .raw(context)
                .toBytes();
    }
}
