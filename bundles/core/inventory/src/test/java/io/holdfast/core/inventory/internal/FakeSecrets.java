package io.holdfast.core.inventory.internal;

import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Seals so that a test can see the context; hides nothing, forgives nothing. */
final class FakeSecrets implements SecretStore {

    private int count;

    @Override
    public String seal(String secret, String context) {
        return seal(secret.getBytes(StandardCharsets.UTF_8), context);
    }

    @Override
    public String seal(byte[] secret, String context) {
        return "sealed:" + context + ":" + count++ + ":" + Base64.getEncoder().encodeToString(secret);
    }

    @Override
    public String unseal(String sealed, String context) throws PluginException {
        return new String(unsealBytes(sealed, context), StandardCharsets.UTF_8);
    }

    @Override
    public byte[] unsealBytes(String sealed, String context) throws PluginException {
        if (!sealed.startsWith("sealed:" + context + ":")) {
            throw new PluginException(ErrorKind.CORRUPT_DATA, "not sealed for " + context);
        }
        return Base64.getDecoder().decode(sealed.substring(sealed.lastIndexOf(':') + 1));
    }

    @Override
    public boolean isSealed(String value) {
        return value.startsWith("sealed:");
    }
}
