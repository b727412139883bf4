package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Writes one pack into a file. For one thread at a time, but for {@link #encrypt}. */
public final class PackBuilder implements AutoCloseable {

    private final KeyRing keys;
    private final PackHeader header;
    private final byte[] headerBytes;
    private final SecretKeySpec key;
    private final MessageDigest digest = Digests.sha256();
    private final FileChannel channel;
    private final List<PackEntry> entries = new ArrayList<>();
    private ByteBuffer direct = ByteBuffer.allocateDirect(1 << 20);
    private @Nullable EntrySealer own;
    private int size;
    private int reserved;
    private int ordinal;

    /** Starts a pack with a fresh key. */
    public static PackBuilder create(KeyRing keys, int kind, byte[] session, Path file, SecureRandom random)
            throws PluginException {
        byte[] packKey = new byte[32];
        random.nextBytes(packKey);
        byte[] sealed = keys.seal("pack", new byte[] {(byte) kind}, packKey);
        PackHeader header = new PackHeader(kind, session, List.of(new PackHeader.SealedKey(keys.epoch(), sealed)));
        return new PackBuilder(keys, header, packKey, file);
    }

    /** Starts a pack that only takes entries of other packs as they are. */
    public static PackBuilder forCopies(KeyRing keys, PackHeader header, Path file) throws PluginException {
        return new PackBuilder(keys, header, new byte[32], file);
    }

    private PackBuilder(KeyRing keys, PackHeader header, byte[] packKey, Path file) throws PluginException {
        this.keys = keys;
        this.header = header;
        this.key = new SecretKeySpec(packKey, "AES");
        this.headerBytes = header.encode(keys.vaultId());
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw staging(e);
        }
        write(headerBytes, headerBytes.length);
        reserved = size;
    }

    /** Bytes so far. */
    public int size() {
        return size;
    }

    /** Bytes so far and of what is reserved. */
    public int reserved() {
        return reserved;
    }

    /** Data or meta. */
    public int kind() {
        return header.kind();
    }

    /** Entries so far. */
    public int count() {
        return entries.size();
    }

    /**
     * Seals and appends an entry.
     *
     * @param refs with their tag; empty for chunks
     * @param payload compressed or not, as the flags say
     * @param from where in the array the payload begins
     * @param rawLength its length before compression
     */
    public void append(int type, int flags, Id id, byte[] refs, byte[] payload, int from, int length, int rawLength)
            throws PluginException {
        EntryHeader head = reserve(type, flags, id, refs.length, length, rawLength);
        EntrySealer sealer = own();
        encrypt(sealer, head, refs, payload, from);
        write(head, sealer);
    }

    /** Takes a number, and room, for an entry that is to be encrypted and then written; the parameters are those of {@link #append}. */
    public EntryHeader reserve(int type, int flags, Id id, int refsLength, int length, int rawLength) {
        int stored = length == 0 ? 0 : length + PackFormat.GCM_TAG;
        EntryHeader head = new EntryHeader(type, flags, 0, ordinal++, refsLength, rawLength, stored, id, 0);
        reserved += head.totalLength();
        return head;
    }

    /** Makes the bytes of an entry of this pack. Several threads may do so at once, and while others reserve and write. */
    public void encrypt(EntrySealer sealer, EntryHeader head, byte[] refs, byte[] payload, int from)
            throws PluginException {
        sealer.seal(key, keys.vaultId(), header.kind(), head, refs, payload, from);
    }

    /** Appends an encrypted entry; the order need not be that of the numbers. */
    public void write(EntryHeader head, EntrySealer sealed) throws PluginException {
        entries.add(new PackEntry(head.id(), size, sealed.size()));
        write(sealed.array(), sealed.size());
    }

    /** Appends an entry of another pack, whose sealed key is number {@code keyIndex} of this header. */
    public void copy(EntryHeader head, int keyIndex, byte[] source, int offset) throws PluginException {
        EntryHeader moved = new EntryHeader(
                head.type(),
                head.flags(),
                keyIndex,
                head.ordinal(),
                head.refsLength(),
                head.rawLength(),
                head.storedLength(),
                head.id(),
                0);
        EntrySealer sealer = own();
        sealer.copy(moved, source, offset);
        reserved += moved.totalLength();
        write(moved, sealer);
    }

    private EntrySealer own() throws PluginException {
        EntrySealer sealer = own;
        if (sealer == null) {
            sealer = new EntrySealer();
            own = sealer;
        }
        return sealer;
    }

    /** Completes the file. */
    public SealedPack seal() throws PluginException {
        Encoder footer = new Encoder(8 + entries.size() * PackFormat.FOOTER_ENTRY);
        footer.u32(PackFormat.FOOTER_MAGIC).u32(entries.size());
        for (PackEntry e : entries) {
            footer.id(e.id()).u32(e.offset()).u32(e.length());
        }
        byte[] table = footer.toBytes();
        Encoder trailer = new Encoder(PackFormat.TRAILER_LENGTH);
        trailer.u32(size).u32(table.length).u32(entries.size());
        trailer.raw(PackTable.mac(keys, headerBytes, table, trailer.toBytes())).u32(PackFormat.TRAILER_MAGIC);
        write(table, table.length);
        write(trailer.array(), trailer.size());
        try {
            flush();
            channel.close();
        } catch (IOException e) {
            throw staging(e);
        }
        return new SealedPack(Id.of(digest.digest()), header.kind(), size, List.copyOf(entries));
    }

    private void write(byte[] bytes, int length) throws PluginException {
        digest.update(bytes, 0, length);
        size += length;
        try {
            int done = 0;
            while (done < length) {
                int n = Math.min(length - done, direct.remaining());
                direct.put(bytes, done, n);
                done += n;
                if (!direct.hasRemaining()) {
                    flush();
                }
            }
        } catch (IOException e) {
            throw staging(e);
        }
    }

    private void flush() throws IOException {
        direct.flip();
        while (direct.hasRemaining()) {
            channel.write(direct);
        }
        direct.clear();
    }

    private static PluginException staging(IOException e) {
        return new PluginException(
                ErrorKind.QUOTA,
                "The staging directory cannot be written: " + e.getMessage() + ". Make room there.",
                e);
    }

    @Override
    public void close() throws PluginException {
        direct = ByteBuffer.allocate(0);
        try {
            channel.close();
        } catch (IOException e) {
            throw staging(e);
        }
    }
}
