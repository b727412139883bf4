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
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** An AES key in a token that speaks PKCS#11, such as a hardware security module. The key never leaves it. */
@Component(service = KeyServiceType.class)
public final class Pkcs11KeyServiceType implements KeyServiceType {

    private static final String MODULE = "module";
    private static final String TOKEN = "token";
    private static final String SLOT = "slot";
    private static final String KEY = "key";
    private static final String PIN_FILE = "pinFile";
    private static final String PIN_VARIABLE = "pinVariable";
    private static final String PIN_CREDENTIAL = "pinCredential";
    private static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            MODULE,
                            SettingKind.PATH,
                            "Module",
                            "the token's library, such as /usr/lib/softhsm/libsofthsm2.so")
                    .asRequired(),
            Setting.of(TOKEN, SettingKind.STRING, "Token", "label of the token; or give its slot"),
            Setting.of(SLOT, SettingKind.INTEGER, "Slot", "id of the slot, where the label is not enough")
                    .withRange(0, Long.MAX_VALUE),
            Setting.of(KEY, SettingKind.STRING, "Key", "label of the AES key").asRequired(),
            Setting.of(
                    PIN_FILE, SettingKind.PATH, "File with the PIN", "a file that only the appliance's user can read"),
            Setting.of(PIN_VARIABLE, SettingKind.STRING, "Variable with the PIN", "name of an environment variable"),
            Setting.of(PIN_CREDENTIAL, SettingKind.STRING, "Credential with the PIN", "name of a systemd credential"));

    private final SecretOrigin origin;

    /** For the container. */
    @Activate
    public Pkcs11KeyServiceType() {
        this(System::getenv);
    }

    Pkcs11KeyServiceType(Function<String, @Nullable String> environment) {
        this.origin = new SecretOrigin(environment);
    }

    @Override
    public String id() {
        return "pkcs11";
    }

    @Override
    public String displayName() {
        return "PKCS#11 token";
    }

    @Override
    public SettingsSchema schema() {
        return SCHEMA;
    }

    @Override
    public KeyService open(Settings settings, KeyServiceContext context) throws PluginException {
        if (settings.find(TOKEN).isEmpty() && settings.find(SLOT).isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "a PKCS#11 token needs its label, 'token', or its 'slot'");
        }
        String pin = pin(settings);
        Path module = settings.paths(MODULE).get(0);
        Pkcs11Module.Token token =
                token(settings, module, Pkcs11Module.load(module).tokens());
        RefusedPin refused = new RefusedPin(context.stateDirectory(), token.label());
        refused.check(pin);
        return Pkcs11KeyService.open(module, token, settings.text(KEY), pin, refused);
    }

    private static Pkcs11Module.Token token(Settings settings, Path module, List<Pkcs11Module.Token> present)
            throws PluginException {
        String wanted = Stream.of(
                        settings.find(TOKEN).map(t -> "'" + t + "'"),
                        settings.find(SLOT).map(s -> "in slot " + s))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(" "));
        List<Pkcs11Module.Token> fitting = present.stream()
                .filter(Pkcs11Module.Token::initialized)
                .filter(t -> settings.find(TOKEN).map(t.label()::equals).orElse(true))
                .filter(t -> settings.find(SLOT)
                        .map(slot -> Long.parseLong(slot) == t.slot())
                        .orElse(true))
                .toList();
        if (fitting.isEmpty()) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, // a reader or a network HSM may be later than this appliance
                    "there is no token " + wanted + " that is ready for use behind " + module + ", only "
                            + names(present) + "; plug it in, or correct 'token' or 'slot'");
        }
        if (fitting.size() > 1) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "several tokens are called " + wanted + ": " + names(fitting) + "; give the 'slot' of one");
        }
        return usable(fitting.get(0));
    }

    private static Pkcs11Module.Token usable(Pkcs11Module.Token token) throws PluginException {
        if (token.locked()) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION,
                    "the PIN of the token '" + token.label() + "' is locked; let its security officer set a new one");
        }
        if (token.lastTry()) {
            throw new PluginException(
                    ErrorKind.AUTHENTICATION,
                    "one more wrong PIN locks the token '" + token.label()
                            + "', so none is tried; log in to it with its own tool first, which resets the count");
        }
        return token;
    }

    private static String names(List<Pkcs11Module.Token> tokens) {
        return tokens.stream()
                .filter(Pkcs11Module.Token::initialized)
                .map(t -> "'" + t.label() + "' in slot " + t.slot())
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), names -> names.isEmpty() ? "none" : names));
    }

    private String pin(Settings settings) throws PluginException {
        List<String> given = Stream.of(PIN_FILE, PIN_VARIABLE, PIN_CREDENTIAL)
                .filter(name -> settings.find(name).isPresent())
                .toList();
        if (given.size() != 1) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the PIN of a PKCS#11 token is given by one of 'pinFile', 'pinVariable', 'pinCredential'");
        }
        byte[] raw =
                switch (given.get(0)) {
                    case PIN_FILE -> origin.file(settings.paths(PIN_FILE).get(0));
                    case PIN_VARIABLE -> origin.variable(settings.text(PIN_VARIABLE));
                    default -> origin.credential(settings.text(PIN_CREDENTIAL));
                };
        String pin = new String(raw, StandardCharsets.UTF_8).strip();
        if (pin.isEmpty()) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "'" + given.get(0) + "' leads to an empty PIN");
        }
        return pin;
    }
}
