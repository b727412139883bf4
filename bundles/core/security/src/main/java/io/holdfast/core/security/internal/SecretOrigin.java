package io.holdfast.core.security.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a secret that is not in the configuration comes from: a variable, a file, or a credential that systemd hands in. */
final class SecretOrigin {

    /** Where systemd puts credentials, see systemd.exec(5). */
    static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

    private static final int MAX_LENGTH = 8192;
    private static final Set<PosixFilePermission> STRANGERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private final Function<String, @Nullable String> environment;

    SecretOrigin(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    byte[] variable(String name) throws PluginException {
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "the environment variable " + name
                            + " is not set in this process; set it where the appliance is started"
                            + " (for the service: /etc/default/holdfast) and start it again");
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    byte[] credential(String name) throws PluginException {
        String directory = environment.apply(CREDENTIALS);
        if (directory == null || directory.isBlank()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "systemd has handed in no credentials ($" + CREDENTIALS + " is not set); add 'LoadCredential="
                            + name + ":/path/to/it' to the service in a drop-in and start it again");
        }
        try {
            Path root = Path.of(directory);
            Path file = root.resolve(name);
            if (root.equals(file) || !root.equals(file.getParent())) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "'" + name + "' is no name of a credential; it is the name of one file");
            }
            return read(file);
        } catch (InvalidPathException e) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "'" + name + "' is no name of a credential", e);
        }
    }

    /** A file of the administrator, which others must not be able to read. */
    byte[] file(Path file) throws PluginException {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(STRANGERS::contains)) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        file + " is open to other users of this machine, so it is not taken; chmod 600 " + file);
            }
        } catch (NoSuchFileException e) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return read(file);
    }

    private static byte[] read(Path file) throws PluginException {
        try {
            if (Files.size(file) > MAX_LENGTH) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG, file + " is too large to be a key or a PIN; at most " + MAX_LENGTH);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static PluginException unreadable(Path file, IOException e) {
        return new PluginException(
                ErrorKind.PERMISSION,
                "reading " + file + ": " + e.getClass().getSimpleName()
                        + "; give it to the user that runs the appliance",
                e);
    }
}
