package io.holdfast.core.vault.internal.crypto;

import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes in which keys are kept in a secret store, FORMAT.md section 3.4. */
public final class KeyCodec {

    private static final int MAGIC_WRITER = 0x48466b77;
    private static final int MAGIC_READER = 0x48466b72;
    private static final int WRITER_LENGTH = 4 + 1 + 16 + 4 + 32 + 32;
    private static final int READER_LENGTH = WRITER_LENGTH + 32;

    private KeyCodec() {}

    /** The parts of writer or reader keys; the private key is null for writers. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Parts(byte[] vaultId, int epoch, byte[] dedupSecret, byte[] publicKey, byte @Nullable [] privateKey) {
        @Override
        public String toString() {
            return "Parts";
        }
    }

    /** Checks the form of writer keys. */
    public static WriterKeys checkWriterKeys(byte[] encoded) throws PluginException {
        parse(encoded, MAGIC_WRITER, WRITER_LENGTH);
        return new WriterKeys(encoded);
    }

    /** Checks the form of reader keys. */
    public static ReaderKeys checkReaderKeys(byte[] encoded) throws PluginException {
        parse(encoded, MAGIC_READER, READER_LENGTH);
        return new ReaderKeys(encoded);
    }

    /** The parts of writer keys. */
    public static Parts parts(WriterKeys keys) throws PluginException {
        return parse(keys.encoded(), MAGIC_WRITER, WRITER_LENGTH);
    }

    /** The parts of reader keys. */
    public static Parts parts(ReaderKeys keys) throws PluginException {
        return parse(keys.encoded(), MAGIC_READER, READER_LENGTH);
    }

    /** Reader keys of these parts. */
    public static ReaderKeys readerKeys(Parts parts) {
        byte[] privateKey = parts.privateKey();
        if (privateKey == null) {
            throw new IllegalArgumentException("no private key");
        }
        ByteBuffer out = ByteBuffer.allocate(READER_LENGTH);
        out.putInt(MAGIC_READER).put((byte) 1).put(parts.vaultId()).putInt(parts.epoch());
        out.put(parts.dedupSecret()).put(parts.publicKey()).put(privateKey);
        return new ReaderKeys(out.array());
    }

    /** The writer's half of reader keys. */
    public static WriterKeys writerKeysOf(ReaderKeys keys) {
        byte[] encoded = Arrays.copyOf(keys.encoded(), WRITER_LENGTH);
        ByteBuffer.wrap(encoded).putInt(0, MAGIC_WRITER);
        return new WriterKeys(encoded);
    }

    private static Parts parse(byte[] encoded, int magic, int length) throws PluginException {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        if (encoded.length != length || in.getInt() != magic || in.get() != 1) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "The stored vault keys are not readable; restore them with the recovery key.");
        }
        byte[] vaultId = take(in, 16);
        int epoch = in.getInt();
        byte[] secret = take(in, 32);
        byte[] publicKey = take(in, 32);
        return new Parts(vaultId, epoch, secret, publicKey, in.hasRemaining() ? take(in, 32) : null);
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] out = new byte[length];
        in.get(out);
        return out;
    }
}
