package io.holdfast.core.vault.internal.crypto;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HpkePrivateKey;
import com.google.crypto.tink.hybrid.HpkePublicKey;
import com.google.crypto.tink.hybrid.HybridConfig;
import com.google.crypto.tink.util.Bytes;
import com.google.crypto.tink.util.SecretBytes;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** RFC 9180 with X25519, HKDF-SHA-256 and AES-256-GCM, by Tink. Safe for use from any thread. */
public final class Hpke {

    /** How much longer a sealed secret is. */
    public static final int OVERHEAD = 48;

    private final HybridEncrypt encrypt;
    private final @Nullable HybridDecrypt decrypt;

    /** A key pair. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Pair(byte[] publicKey, byte[] privateKey) {
        @Override
        public String toString() {
            return "Pair";
        }
    }

    /**
     * @param publicKey 32 bytes
     * @param privateKey 32 bytes; null to seal only
     */
    public Hpke(byte[] publicKey, byte @Nullable [] privateKey) throws PluginException {
        try {
            HybridConfig.register();
            HpkePublicKey key = HpkePublicKey.create(parameters(), Bytes.copyFrom(publicKey), null);
            encrypt = handle(key).getPrimitive(RegistryConfiguration.get(), HybridEncrypt.class);
            decrypt = privateKey == null
                    ? null
                    : handle(HpkePrivateKey.create(
                                    key, SecretBytes.copyFrom(privateKey, InsecureSecretKeyAccess.get())))
                            .getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class);
        } catch (GeneralSecurityException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "The vault keys are not usable; restore them with the recovery key.", e);
        }
    }

    private static HpkeParameters parameters() throws GeneralSecurityException {
        return HpkeParameters.builder()
                .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
                .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
                .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
                .setVariant(HpkeParameters.Variant.NO_PREFIX)
                .build();
    }

    private static KeysetHandle handle(com.google.crypto.tink.Key key) throws GeneralSecurityException {
        return KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
                .build();
    }

    /** A new key pair. */
    public static Pair generate() throws PluginException {
        try {
            HybridConfig.register();
            HpkePrivateKey key = (HpkePrivateKey)
                    KeysetHandle.generateNew(parameters()).getPrimary().getKey();
            return new Pair(
                    key.getPublicKey().getPublicKeyBytes().toByteArray(),
                    key.getPrivateKeyBytes().toByteArray(InsecureSecretKeyAccess.get()));
        } catch (GeneralSecurityException e) {
            throw new PluginException(ErrorKind.INTERNAL, "No key pair could be generated.", e);
        }
    }

    byte[] seal(byte[] info, byte[] secret) throws PluginException {
        try {
            return encrypt.encrypt(secret, info);
        } catch (GeneralSecurityException e) {
            throw new PluginException(ErrorKind.INTERNAL, "A key could not be sealed.", e);
        }
    }

    byte[] open(byte[] info, byte[] sealed) throws PluginException {
        if (decrypt == null) {
            throw new PluginException(
                    ErrorKind.PERMISSION, "The vault was opened with writer keys, which cannot read content.");
        }
        try {
            return decrypt.decrypt(sealed, info);
        } catch (GeneralSecurityException e) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "A sealed key is damaged or belongs to something else.", e);
        }
    }
}
