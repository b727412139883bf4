package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The object {@code epochs/<n>}: the commit point of a rotation, FORMAT.md section 3.5.
 *
 * @param epoch its number
 * @param publicKey of the epoch
 * @param sealed the earlier epochs' keys, sealed to it
 */
@SuppressWarnings("ArrayRecordComponent")
public record EpochRecord(int epoch, byte[] publicKey, byte[] sealed) {

    /** Greatest length of such an object. */
    public static final int MAX_LENGTH = 16 << 10;

    private static final String WHAT = "The record of a key epoch";

    /** The record of an epoch, which carries the keys of the earlier ones. */
    public static EpochRecord of(KeyCodec.Parts parts) throws PluginException {
        Encoder plain = new Encoder().u32(parts.earlier().size());
        for (KeyCodec.Earlier earlier : parts.earlier()) {
            plain.u32(earlier.epoch()).raw(earlier.publicKey()).raw(earlier.privateKey());
        }
        byte[] sealed = new KeyRing(parts).seal("epoch", new byte[0], plain.toBytes());
        return new EpochRecord(parts.epoch(), parts.publicKey(), sealed);
    }

    /** The whole object. */
    public byte[] encode(KeyRing keys) {
        byte[] body = new Encoder().u32(epoch).raw(publicKey).bytes16(sealed).toBytes();
        return Envelope.wrap(keys, Envelope.EPOCH, key(epoch), body);
    }

    /** Its key. */
    public static ObjectKey key(int epoch) {
        return ObjectNames.numbered("epochs", epoch);
    }

    /** Authenticates and parses an object. */
    public static EpochRecord decode(KeyRing keys, ObjectKey key, byte[] bytes) throws PluginException {
        Decoder in = Envelope.unwrap(keys, Envelope.EPOCH, key, bytes);
        EpochRecord record = new EpochRecord(in.u32(KeyCodec.MAX_EPOCH), in.raw(32), in.bytes16());
        in.end();
        if (ObjectNames.numberOf(key) != record.epoch) {
            throw in.damaged("it is that of another epoch");
        }
        return record;
    }

    /** The earlier epochs' keys, oldest first; needs the private key of this one. */
    public List<KeyCodec.Earlier> open(KeyRing keys) throws PluginException {
        return earlier(keys.open("epoch", epoch, new byte[0], sealed), epoch);
    }

    static List<KeyCodec.Earlier> earlier(byte[] plain, int epoch) throws PluginException {
        Decoder in = new Decoder(WHAT, plain);
        int count = in.u32(KeyCodec.MAX_EARLIER);
        List<KeyCodec.Earlier> all = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < count; i++) {
            KeyCodec.Earlier one = new KeyCodec.Earlier(in.u32(KeyCodec.MAX_EPOCH), in.raw(32), in.raw(32));
            if (one.epoch() <= last || one.epoch() >= epoch) {
                throw in.damaged("its epochs do not ascend");
            }
            last = one.epoch();
            all.add(one);
        }
        in.end();
        return all;
    }
}
