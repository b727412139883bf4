package io.holdfast.lib.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HybridConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the bundle contains is enough for what the appliance needs from it. */
class TinkBundleTest {

    private static final byte[] KEY = "a vault key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONTEXT = "vault 17".getBytes(StandardCharsets.UTF_8);

    @BeforeAll
    static void register() throws GeneralSecurityException {
        HybridConfig.register();
        AeadConfig.register();
    }

    @Test
    void hpke_opens_with_the_private_key_and_the_same_context_only() throws GeneralSecurityException {
        var parameters = HpkeParameters.builder()
                .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
                .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
                .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
                .setVariant(HpkeParameters.Variant.NO_PREFIX)
                .build();
        var recipient = KeysetHandle.generateNew(parameters);

        var sealed = recipient
                .getPublicKeysetHandle()
                .getPrimitive(RegistryConfiguration.get(), HybridEncrypt.class)
                .encrypt(KEY, CONTEXT);

        var opener = recipient.getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class);
        assertThat(opener.decrypt(sealed, CONTEXT)).isEqualTo(KEY);
        assertThatThrownBy(() -> opener.decrypt(sealed, KEY)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void a_keyset_survives_being_written_and_read_again() throws GeneralSecurityException {
        var keyset = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
        var sealed =
                keyset.getPrimitive(RegistryConfiguration.get(), Aead.class).encrypt(KEY, CONTEXT);

        var stored = TinkProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get());
        var read = TinkProtoKeysetFormat.parseKeyset(stored, InsecureSecretKeyAccess.get());

        assertThat(read.getPrimitive(RegistryConfiguration.get(), Aead.class).decrypt(sealed, CONTEXT))
                .isEqualTo(KEY);
    }
}
