package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.PluginException;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** An entry whose seal is good and whose content is anything, for tests outside of this package. */
public final class SealedEntry {

    private SealedEntry() {}

    /**
     * Opens an entry that says that its payload is a frame of that many bytes.
     *
     * @param plain what is in the frame's place
     */
    public static void open(KeyRing keys, Id id, int raw, byte[] plain) throws PluginException {
        int stored = plain.length + PackFormat.GCM_TAG;
        EntryHeader header = new EntryHeader(PackFormat.CHUNK, PackFormat.ZSTD, 0, 0, 0, raw, stored, id, 0);
        Encoder out = new Encoder(EntryHeader.LENGTH + stored);
        header.encode(out);
        SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[12]));
            cipher.updateAAD(header.aad(keys.vaultId(), header.packKind()));
            out.raw(cipher.doFinal(plain));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        try (EntryReader reader = new EntryReader(keys)) {
            reader.payload(EntryHeader.parse(out.toBytes(), 0), out.toBytes(), 0, key);
        }
    }
}
