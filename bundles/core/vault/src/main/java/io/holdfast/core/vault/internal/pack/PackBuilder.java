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
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Writes one pack into a file. For one thread at a time. */
public final class PackBuilder implements AutoCloseable {

    private static final byte[] NO_TAG_YET = new byte[PackFormat.GCM_TAG];

    private final KeyRing keys;
    private final PackHeader header;
    private final byte[] headerBytes;
    private final SecretKeySpec key;
    private final Cipher cipher;
    private final MessageDigest digest = Digests.sha256();
    private final FileChannel channel;
    private final Encoder entry = new Encoder(1 << 16);
    private final List<PackEntry> entries = new ArrayList<>();
    private final byte[] nonce = new byte[12];
    private ByteBuffer direct = ByteBuffer.allocateDirect(1 << 20);
    private int size;
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
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
            channel = FileChannel.open(
                    file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (GeneralSecurityException | IOException e) {
            throw staging(e);
        }
        write(headerBytes, headerBytes.length);
    }

    /** Bytes so far. */
    public int size() {
        return size;
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
        int stored = length == 0 ? 0 : length + PackFormat.GCM_TAG;
        EntryHeader head = new EntryHeader(type, flags, 0, ordinal, refs.length, rawLength, stored, id, 0);
        entry.reset();
        head.encode(entry);
        entry.raw(refs);
        if (stored > 0) {
            int at = entry.size();
            entry.raw(payload, from, length).raw(NO_TAG_YET);
            encrypt(head, refs, payload, from, length, at);
        }
        ordinal++;
        finish(id);
    }

    private void encrypt(EntryHeader head, byte[] refs, byte[] payload, int from, int length, int at)
            throws PluginException {
        try {
            ByteBuffer.wrap(nonce).putInt(8, ordinal);
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
            cipher.updateAAD(head.aad(keys.vaultId(), header.kind()));
            cipher.updateAAD(refs);
            cipher.doFinal(payload, from, length, entry.array(), at);
        } catch (GeneralSecurityException e) {
            throw new PluginException(ErrorKind.INTERNAL, "A chunk could not be encrypted.", e);
        }
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
        entry.reset();
        moved.encode(entry);
        entry.raw(source, offset + EntryHeader.LENGTH, head.refsLength() + head.storedLength());
        finish(head.id());
    }

    private void finish(Id id) throws PluginException {
        int crc = EntryReader.crc(entry.array(), 0, entry.size());
        ByteBuffer.wrap(entry.array()).putInt(EntryHeader.CRC_OFFSET, crc);
        entries.add(new PackEntry(id, size, entry.size()));
        write(entry.array(), entry.size());
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

    private static PluginException staging(Exception e) {
        return new PluginException(
                ErrorKind.QUOTA,
                "The staging directory cannot be written: " + e.getMessage() + ". Make room there.",
                e);
    }

    @Override
    public void close() throws PluginException {
        Arrays.fill(nonce, (byte) 0);
        direct = ByteBuffer.allocate(0);
        try {
            channel.close();
        } catch (IOException e) {
            throw staging(e);
        }
    }
}
