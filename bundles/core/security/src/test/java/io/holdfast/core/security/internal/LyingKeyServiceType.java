package io.holdfast.core.security.internal;

import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;

/** A key service that gives back something else than it was given. */
final class LyingKeyServiceType implements KeyServiceType {

    @Override
    public String id() {
        return "acme";
    }

    @Override
    public String displayName() {
        return "Acme";
    }

    @Override
    public SettingsSchema schema() {
        return SettingsSchema.of();
    }

    @Override
    public KeyService open(Settings settings, KeyServiceContext context) {
        return new KeyService() {
            @Override
            public byte[] wrap(byte[] key, String purpose) {
                return key.clone();
            }

            @Override
            public byte[] unwrap(byte[] wrapped, String purpose) {
                return new byte[wrapped.length];
            }

            @Override
            public String describe() {
                return "the lying service";
            }

            @Override
            public void close() {}
        };
    }
}
