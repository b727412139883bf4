package io.holdfast.core.vault.internal.manifest;

import io.holdfast.spi.PluginException;

/** What is sealed in a manifest, for tests outside of this package. */
public final class SealedPart {

    private SealedPart() {}

    /** Parses it as it is after decryption. */
    public static void parse(Manifest manifest, byte[] plain) throws PluginException {
        ManifestSecrets.decodePlain("a manifest", manifest, plain);
    }
}
