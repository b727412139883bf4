package io.holdfast.core.security.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** A key that whoever starts the appliance gives to the process: in a variable or as a credential of systemd. */
@Component(service = KeyServiceType.class)
public final class EnvironmentKeyServiceType implements KeyServiceType {

    private static final int LENGTH = 32;
    private static final String VARIABLE = "variable";
    private static final String CREDENTIAL = "credential";
    private static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                    VARIABLE,
                    SettingKind.STRING,
                    "Variable",
                    "name of the environment variable that holds 32 bytes in Base64 or hexadecimal digits"),
            Setting.of(
                    CREDENTIAL,
                    SettingKind.STRING,
                    "Credential",
                    "name of the systemd credential that holds them, in Base64, hexadecimal digits or as they are"));

    private final SecretOrigin origin;
    private final SecureRandom random = new SecureRandom();

    /** For the container. */
    @Activate
    public EnvironmentKeyServiceType() {
        this(System::getenv);
    }

    EnvironmentKeyServiceType(Function<String, @Nullable String> environment) {
        this.origin = new SecretOrigin(environment);
    }

    @Override
    public String id() {
        return "environment";
    }

    @Override
    public String displayName() {
        return "Variable or credential";
    }

    @Override
    public SettingsSchema schema() {
        return SCHEMA;
    }

    @Override
    public KeyService open(Settings settings, KeyServiceContext context) throws PluginException {
        String variable = settings.find(VARIABLE).orElse("");
        String credential = settings.find(CREDENTIAL).orElse("");
        if (variable.isEmpty() == credential.isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "a key from the environment needs either 'variable' or 'credential'");
        }
        return variable.isEmpty()
                ? service(origin.credential(credential), "the credential '" + credential + "'")
                : service(origin.variable(variable), "the variable " + variable);
    }

    private KeyService service(byte[] given, String what) throws PluginException {
        byte[] raw = decode(given);
        Arrays.fill(given, (byte) 0);
        if (raw.length != LENGTH) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    what
                            + " does not hold a key: 32 bytes in Base64 or hexadecimal digits, as 'openssl rand -base64 32'"
                            + " makes them");
        }
        WrappedKey wrapping = new WrappedKey(new SecretKeySpec(raw, "AES"), WrappedKey.inMemory(), random);
        Arrays.fill(raw, (byte) 0);
        return new GivenKey(wrapping, "a key in " + what);
    }

    /** The bytes that are meant; empty if nothing fits. */
    private static byte[] decode(byte[] given) {
        if (given.length == LENGTH) {
            return given.clone();
        }
        String text = new String(given, StandardCharsets.ISO_8859_1).trim();
        try {
            return text.length() == 2 * LENGTH
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private record GivenKey(WrappedKey key, String describe) implements KeyService {

        @Override
        public byte[] wrap(byte[] secret, String context) {
            try {
                return key.wrap(secret, context);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has AES-GCM", e);
            }
        }

        @Override
        public byte[] unwrap(byte[] wrapped, String context) throws PluginException {
            try {
                return key.unwrap(wrapped, context);
            } catch (GeneralSecurityException e) {
                throw new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "unwrapping with " + describe
                                + ": it was wrapped with another key or was changed; give the key that"
                                + " it was wrapped with",
                        e);
            }
        }

        @Override
        public void close() {}
    }
}
