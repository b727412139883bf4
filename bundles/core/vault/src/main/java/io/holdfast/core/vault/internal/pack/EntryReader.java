package io.holdfast.core.vault.internal.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Hasher;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Opens entries of packs and checks that they are what they are called. For one thread at a time. */
public final class EntryReader implements AutoCloseable {

    private final KeyRing keys;
    private final Hasher hasher;
    private final Cipher cipher;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private byte[] plain = new byte[1 << 16];

    /** A reader with those keys. */
    public EntryReader(KeyRing keys) throws PluginException {
        this.keys = keys;
        this.hasher = keys.hasher();
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new PluginException(ErrorKind.INTERNAL, "This Java has no AES-GCM.", e);
        }
    }

    /** Parses the header of an entry that must have this id and be complete. */
    public static EntryHeader header(byte[] bytes, int offset, int length, Id id) throws PluginException {
        EntryHeader header = EntryHeader.parse(bytes, offset);
        if (!header.id().equals(id) || header.totalLength() != length || length > bytes.length - offset) {
            throw Decoder.damaged("The pack entry of " + id, "there is something else in its place");
        }
        return header;
    }

    /** Authenticated refs of a block, without their tag. Needs no reader keys. */
    public byte[] refs(EntryHeader header, byte[] bytes, int offset) throws PluginException {
        int start = offset + EntryHeader.LENGTH;
        int length = header.refsLength() - PackFormat.REFS_TAG;
        if (length < 0 || header.refsLength() > bytes.length - start) {
            throw Decoder.damaged("Block " + header.id(), "it ends early");
        }
        byte[] tag = Arrays.copyOfRange(bytes, start + length, start + header.refsLength());
        if (!MessageDigest.isEqual(tag, keys.refsTag(header.type(), header.id(), bytes, start, length))) {
            throw Decoder.damaged("Block " + header.id(), "its references are not authentic");
        }
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    /**
     * The payload, decrypted, decompressed and checked against the id.
     *
     * @param packKey the key with which the entry was sealed
     */
    public byte[] payload(EntryHeader header, byte[] bytes, int offset, SecretKeySpec packKey) throws PluginException {
        int length = decrypt(header, bytes, offset, packKey);
        byte[] raw = header.flags() == PackFormat.ZSTD ? decompress(header, length) : Arrays.copyOf(plain, length);
        Id id = header.type() == PackFormat.CHUNK
                ? hasher.chunk(raw, 0, raw.length)
                : hasher.block(
                        header.type(),
                        Arrays.copyOfRange(
                                bytes,
                                offset + EntryHeader.LENGTH,
                                offset + EntryHeader.LENGTH + header.refsLength() - PackFormat.REFS_TAG),
                        header.refsLength() - PackFormat.REFS_TAG,
                        raw,
                        raw.length);
        if (!id.equals(header.id())) {
            throw Decoder.damaged("Chunk " + header.id(), "its content belongs to another id");
        }
        return raw;
    }

    /** Decrypts into {@link #plain}. */
    private int decrypt(EntryHeader header, byte[] bytes, int offset, SecretKeySpec packKey) throws PluginException {
        int refs = offset + EntryHeader.LENGTH;
        try {
            byte[] nonce = new byte[12];
            ByteBuffer.wrap(nonce).putInt(8, header.ordinal());
            cipher.init(Cipher.DECRYPT_MODE, packKey, new GCMParameterSpec(128, nonce));
            cipher.updateAAD(header.aad(keys.vaultId(), header.packKind()));
            cipher.updateAAD(bytes, refs, header.refsLength());
            if (plain.length < header.storedLength()) {
                plain = new byte[header.storedLength() + (header.storedLength() >> 2)];
            }
            return cipher.doFinal(bytes, refs + header.refsLength(), header.storedLength(), plain, 0);
        } catch (GeneralSecurityException e) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "Chunk " + header.id() + " is damaged: it does not decrypt.", e);
        }
    }

    private byte[] decompress(EntryHeader header, int length) throws PluginException {
        if (Zstd.getFrameContentSize(plain, 0, length) != header.rawLength()) {
            throw Decoder.damaged("Chunk " + header.id(), "it has another length");
        }
        byte[] raw = new byte[header.rawLength()];
        try {
            int n = zstd.decompressByteArray(raw, 0, raw.length, plain, 0, length);
            if (n != raw.length) {
                throw Decoder.damaged("Chunk " + header.id(), "it has another length");
            }
        } catch (ZstdException e) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "Chunk " + header.id() + " is damaged: it does not decompress.", e);
        }
        return raw;
    }

    /** The CRC of an entry: everything but the CRC itself. */
    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, EntryHeader.CRC_OFFSET);
        crc.update(bytes, offset + EntryHeader.LENGTH, length - EntryHeader.LENGTH);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        zstd.close();
    }
}
