package io.holdfast.core.security.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.security.auth.login.LoginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One login at a token, through the JDK's own PKCS#11 provider. */
final class Pkcs11KeyService implements KeyService {

    private static final Logger LOG = LoggerFactory.getLogger(Pkcs11KeyService.class);
    private static final List<String> WRONG_PIN = List.of("CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE");

    private final AuthProvider provider;
    private final WrappedKey key;
    private final String description;
    private boolean closed;

    private Pkcs11KeyService(AuthProvider provider, Key key, String description) {
        this.provider = provider;
        this.key = new WrappedKey(key, provider, new SecureRandom());
        this.description = description;
    }

    static Pkcs11KeyService open(Path module, Pkcs11Module.Token token, String label, String pin, RefusedPin refused)
            throws PluginException {
        AuthProvider provider = provider(module, token);
        String description = "key '" + label + "' on the token '" + token.label() + "'";
        try {
            KeyStore store = logIn(provider, token, pin, refused);
            return new Pkcs11KeyService(provider, key(store, label, description), description);
        } catch (PluginException e) {
            logOut(provider);
            throw e;
        }
    }

    private static AuthProvider provider(Path module, Pkcs11Module.Token token) throws PluginException {
        Provider template = Security.getProvider("SunPKCS11");
        if (template == null) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "this Java has no PKCS#11 provider; install one with the module jdk.crypto.cryptoki, such as OpenJDK");
        }
        String path = module.toString();
        if (path.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\')) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "the path of the PKCS#11 module must be free of quotes and backslashes");
        }
        String configuration = "--name = holdfast\nlibrary = \"" + path + "\"\nslot = " + token.slot() + "\n";
        try {
            return (AuthProvider) template.configure(configuration);
        } catch (ProviderException | IllegalArgumentException e) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "Java cannot use the PKCS#11 module " + module + " for the token '" + token.label() + "': "
                            + deepest(e).getMessage(),
                    e);
        }
    }

    /** The one place that shows the token a PIN, once. */
    private static KeyStore logIn(AuthProvider provider, Pkcs11Module.Token token, String pin, RefusedPin refused)
            throws PluginException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin.toCharArray());
            refused.forget();
            return store;
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            String reason = String.valueOf(deepest(e).getMessage());
            if (WRONG_PIN.stream().anyMatch(reason::contains)) {
                refused.remember(pin);
                throw new PluginException(
                        ErrorKind.AUTHENTICATION,
                        "the token '" + token.label()
                                + "' refuses the PIN; it is not tried again: correct it where 'pinFile',"
                                + " 'pinVariable' or 'pinCredential' says",
                        e);
            }
            throw new PluginException(
                    reason.contains("CKR_PIN") ? ErrorKind.AUTHENTICATION : kind(reason),
                    "logging in to the token '" + token.label() + "' fails: " + reason + "; try it with pkcs11-tool",
                    e);
        }
    }

    private static Key key(KeyStore store, String label, String description) throws PluginException {
        try {
            Key key = store.getKey(label, null);
            if (key == null) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND,
                        "there is no " + description + "; make it, for instance with pkcs11-tool --login --keygen"
                                + " --key-type AES:32 --sensitive --label " + label + ", or correct 'key'");
            }
            if (!key.getAlgorithm().equals("AES")) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG, description + " is of the kind " + key.getAlgorithm() + ", not AES");
            }
            return key;
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("looking for " + description, e);
        }
    }

    @Override
    public byte[] wrap(byte[] secret, String context) throws PluginException {
        try {
            return key.wrap(secret, context);
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("wrapping with " + description, e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, String context) throws PluginException {
        try {
            return key.unwrap(wrapped, context);
        } catch (AEADBadTagException e) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "unwrapping with " + description
                            + ": it was wrapped with another key or was changed; use the token and"
                            + " the key that it was wrapped with",
                    e);
        } catch (GeneralSecurityException | ProviderException e) {
            throw failed("unwrapping with " + description, e);
        }
    }

    /** What may help is waiting, if it is the device that does not answer. PKCS#11 2.40, 11.1. */
    private static ErrorKind kind(String reason) {
        return reason.contains("CKR_DEVICE_") || reason.contains("CKR_TOKEN_NOT_PRESENT")
                ? ErrorKind.UNAVAILABLE
                : ErrorKind.UNSUPPORTED;
    }

    private static PluginException failed(String what, Exception e) {
        return new PluginException(
                kind(String.valueOf(deepest(e).getMessage())),
                what + " fails: " + deepest(e).getMessage()
                        + "; the token must allow CKM_AES_GCM with this key, for encryption and decryption",
                e);
    }

    private static Throwable deepest(Throwable e) {
        Throwable found = e;
        while (found.getCause() != null) {
            found = found.getCause();
        }
        return found;
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            logOut(provider);
        }
    }

    private static void logOut(AuthProvider provider) {
        try {
            provider.logout();
        } catch (LoginException | ProviderException e) {
            LOG.debug("Logging out of a token", e);
        }
    }
}
