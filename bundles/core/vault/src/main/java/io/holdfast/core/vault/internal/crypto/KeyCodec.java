package io.holdfast.core.vault.internal.crypto;

import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes in which keys are kept in a secret store, FORMAT.md section 3.4. */
public final class KeyCodec {

    /** Greatest number of an epoch: it has four digits. */
    public static final int MAX_EPOCH = 9_999;
    /** Most earlier epochs that keys can carry. */
    public static final int MAX_EARLIER = 100;

    private static final int MAGIC_WRITER = 0x48466b77;
    private static final int MAGIC_READER = 0x48466b72;
    private static final int WRITER_LENGTH = 4 + 1 + 16 + 4 + 32 + 32;
    private static final int READER_LENGTH = WRITER_LENGTH + 32;
    private static final int EARLIER_LENGTH = 4 + 32 + 32;

    private KeyCodec() {}

    /** The key pair of an earlier epoch. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Earlier(int epoch, byte[] publicKey, byte[] privateKey) {
        @Override
        public String toString() {
            return "Earlier[" + epoch + "]";
        }
    }

    /**
     * The parts of writer or reader keys.
     *
     * @param privateKey null for writers
     * @param earlier of reader keys, oldest first
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Parts(
            byte[] vaultId,
            int epoch,
            byte[] dedupSecret,
            byte[] publicKey,
            byte @Nullable [] privateKey,
            List<Earlier> earlier) {

        /** Copies the list. */
        public Parts {
            earlier = List.copyOf(earlier);
        }

        /** Without earlier epochs. */
        public Parts(byte[] vaultId, int epoch, byte[] dedupSecret, byte[] publicKey, byte @Nullable [] privateKey) {
            this(vaultId, epoch, dedupSecret, publicKey, privateKey, List.of());
        }

        /** With these earlier epochs. */
        public Parts with(List<Earlier> others) {
            return new Parts(vaultId, epoch, dedupSecret, publicKey, privateKey, others);
        }

        @Override
        public String toString() {
            return "Parts[" + epoch + "]";
        }
    }

    /** Checks the form of writer keys. */
    public static WriterKeys checkWriterKeys(byte[] encoded) throws PluginException {
        WriterKeys keys = new WriterKeys(encoded);
        parts(keys);
        return keys;
    }

    /** Checks the form of reader keys. */
    public static ReaderKeys checkReaderKeys(byte[] encoded) throws PluginException {
        ReaderKeys keys = new ReaderKeys(encoded);
        parts(keys);
        return keys;
    }

    /** The parts of writer keys. */
    public static Parts parts(WriterKeys keys) throws PluginException {
        ByteBuffer in = ByteBuffer.wrap(keys.encoded());
        if (in.remaining() != WRITER_LENGTH || in.getInt() != MAGIC_WRITER || in.get() != 1) {
            throw unreadable();
        }
        return new Parts(take(in, 16), in.getInt(), take(in, 32), take(in, 32), null);
    }

    /** The parts of reader keys. */
    public static Parts parts(ReaderKeys keys) throws PluginException {
        ByteBuffer in = ByteBuffer.wrap(keys.encoded());
        if (in.remaining() < READER_LENGTH || in.getInt() != MAGIC_READER) {
            throw unreadable();
        }
        int version = in.get();
        Parts parts = new Parts(take(in, 16), in.getInt(), take(in, 32), take(in, 32), take(in, 32));
        if (version == 1 && !in.hasRemaining()) {
            return parts;
        }
        int count = version == 2 && in.remaining() >= 2 ? in.getShort() & 0xffff : MAX_EARLIER + 1;
        if (count > MAX_EARLIER || in.remaining() != count * EARLIER_LENGTH) {
            throw unreadable();
        }
        List<Earlier> earlier = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            earlier.add(new Earlier(in.getInt(), take(in, 32), take(in, 32)));
        }
        return parts.with(earlier);
    }

    /** Reader keys of these parts. */
    public static ReaderKeys readerKeys(Parts parts) {
        byte[] privateKey = parts.privateKey();
        if (privateKey == null) {
            throw new IllegalArgumentException("no private key");
        }
        int count = parts.earlier().size();
        ByteBuffer out = ByteBuffer.allocate(READER_LENGTH + (count == 0 ? 0 : 2 + count * EARLIER_LENGTH));
        out.putInt(MAGIC_READER).put((byte) (count == 0 ? 1 : 2));
        out.put(parts.vaultId()).putInt(parts.epoch());
        out.put(parts.dedupSecret()).put(parts.publicKey()).put(privateKey);
        if (count > 0) {
            out.putShort((short) count);
            parts.earlier()
                    .forEach(e -> out.putInt(e.epoch()).put(e.publicKey()).put(e.privateKey()));
        }
        return new ReaderKeys(out.array());
    }

    /** The writer's half of reader keys. */
    public static WriterKeys writerKeysOf(ReaderKeys keys) {
        byte[] encoded = Arrays.copyOf(keys.encoded(), WRITER_LENGTH);
        ByteBuffer.wrap(encoded).putInt(0, MAGIC_WRITER).put(4, (byte) 1);
        return new WriterKeys(encoded);
    }

    private static PluginException unreadable() {
        return new PluginException(
                ErrorKind.INVALID_CONFIG,
                "The stored vault keys are not readable; restore them with the recovery key.");
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] out = new byte[length];
        in.get(out);
        return out;
    }
}
