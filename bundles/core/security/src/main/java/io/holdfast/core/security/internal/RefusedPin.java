package io.holdfast.core.security.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * Remembers the PIN that a token refused, also over a restart, so that it is not shown to the token again: some tokens lock
 * themselves after three. What is remembered is a hash, in a file that only the appliance's user can read.
 */
final class RefusedPin {

    static final String FILE = "refused-pin";

    private final PrivateFiles files;
    private final PasswordHash hash;
    private final String token;

    RefusedPin(Path directory, String token) throws PluginException {
        try {
            this.files = new PrivateFiles(directory);
        } catch (IOException e) {
            throw failed(directory, e);
        }
        this.hash = new PasswordHash(PasswordHash.ITERATIONS, new SecureRandom());
        this.token = token;
    }

    /** {@code AUTHENTICATION} if this PIN was refused before. */
    void check(String pin) throws PluginException {
        try {
            byte[] stored = files.read(FILE).orElse(null);
            if (stored != null && hash.fits(text(pin), new String(stored, StandardCharsets.US_ASCII))) {
                throw new PluginException(
                        ErrorKind.AUTHENTICATION,
                        "the token '" + token
                                + "' has refused this PIN before, so it is not tried again and the token does"
                                + " not lock itself; correct the PIN. If the token was changed to fit it, remove "
                                + files.path(FILE));
            }
        } catch (IOException e) {
            throw failed(files.path(FILE), e);
        }
    }

    void remember(String pin) throws PluginException {
        try {
            files.write(FILE, hash.of(text(pin)).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw failed(files.path(FILE), e);
        }
    }

    void forget() throws PluginException {
        try {
            files.delete(FILE);
        } catch (IOException e) {
            throw failed(files.path(FILE), e);
        }
    }

    private String text(String pin) {
        return token + "\0" + pin;
    }

    private static PluginException failed(Path path, IOException e) {
        return new PluginException(
                ErrorKind.INTERNAL,
                "remembering refused PINs in " + path
                        + " fails, so none is tried; give it to the user of the appliance",
                e);
    }
}
