package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Makes the bytes of an entry, encryption and CRC included, for which no other entry has to wait. For one thread at a time; remembers one entry. */
public final class EntrySealer {

    private static final byte[] NO_TAG_YET = new byte[PackFormat.GCM_TAG];

    private final Cipher cipher;
    private final Encoder entry = new Encoder(1 << 16);
    private final byte[] nonce = new byte[12];

    /** With a buffer that grows to the largest entry. */
    public EntrySealer() throws PluginException {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    private static PluginException failed(GeneralSecurityException e) {
        return new PluginException(ErrorKind.INTERNAL, "A chunk could not be encrypted.", e);
    }

    void seal(SecretKeySpec key, byte[] vaultId, int packKind, EntryHeader head, byte[] refs, byte[] payload, int from)
            throws PluginException {
        entry.reset();
        head.encode(entry);
        entry.raw(refs);
        if (head.storedLength() > 0) {
            int length = head.storedLength() - PackFormat.GCM_TAG;
            int at = entry.size();
            entry.raw(payload, from, length).raw(NO_TAG_YET);
            try {
                ByteBuffer.wrap(nonce).putInt(8, head.ordinal());
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
                cipher.updateAAD(head.aad(vaultId, packKind));
                cipher.updateAAD(refs);
                cipher.doFinal(payload, from, length, entry.array(), at);
            } catch (GeneralSecurityException e) {
                throw failed(e);
            }
        }
        sum();
    }

    /** An entry of another pack, with another key index. */
    void copy(EntryHeader head, byte[] source, int offset) {
        entry.reset();
        head.encode(entry);
        entry.raw(source, offset + EntryHeader.LENGTH, head.refsLength() + head.storedLength());
        sum();
    }

    private void sum() {
        int crc = EntryReader.crc(entry.array(), 0, entry.size());
        ByteBuffer.wrap(entry.array()).putInt(EntryHeader.CRC_OFFSET, crc);
    }

    byte[] array() {
        return entry.array();
    }

    int size() {
        return entry.size();
    }
}
