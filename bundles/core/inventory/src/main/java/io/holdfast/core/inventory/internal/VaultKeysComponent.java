package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keys as sealed properties of the catalogue. */
@Component
public final class VaultKeysComponent implements VaultKeys {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Catalog catalog;
    private final SecretStore secrets;

    /** For the container. */
    @Activate
    public VaultKeysComponent(@Reference Catalog catalog, @Reference SecretStore secrets) {
        this.catalog = catalog;
        this.secrets = secrets;
    }

    @Override
    public void store(String vaultId, Part part, byte[] key) throws PluginException {
        String name = name(vaultId, part);
        String sealed = secrets.seal(checked(vaultId, part, key), name);
        String stored = catalog.propertyOrSet(name, sealed);
        if (!stored.equals(sealed) && !MessageDigest.isEqual(secrets.unsealBytes(stored, name), key)) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "storing the " + text(part) + " key of vault " + vaultId
                            + ": another one is stored already and is kept");
        }
    }

    @Override
    public void replace(String vaultId, Part part, byte[] key) throws PluginException {
        String name = name(vaultId, part);
        String sealed = secrets.seal(checked(vaultId, part, key), name);
        if (catalog.property(name).isEmpty()) {
            throw missing(vaultId, part);
        }
        catalog.setProperty(name, sealed);
    }

    @Override
    public Optional<byte[]> find(String vaultId, Part part) throws PluginException {
        String name = name(vaultId, part);
        Optional<String> stored = catalog.property(name);
        return stored.isEmpty() ? Optional.empty() : Optional.of(secrets.unsealBytes(stored.get(), name));
    }

    @Override
    public byte[] read(String vaultId, Part part) throws PluginException {
        return find(vaultId, part).orElseThrow(() -> missing(vaultId, part));
    }

    @Override
    public void remove(String vaultId) {
        if (ID.matcher(vaultId).matches()) {
            for (Part part : Part.values()) {
                catalog.setProperty(property(vaultId, part), null);
            }
        }
    }

    private static byte[] checked(String vaultId, Part part, byte[] key) throws PluginException {
        if (key.length == 0 || key.length > MAX_LENGTH) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "storing the " + text(part) + " key of vault " + vaultId + ": a key has 1 to " + MAX_LENGTH
                            + " bytes, this one has " + key.length);
        }
        return key;
    }

    private static String name(String vaultId, Part part) throws PluginException {
        if (!ID.matcher(vaultId).matches()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "the id of a vault has 1 to 64 letters, digits, '.', '_' and '-'");
        }
        return property(vaultId, part);
    }

    private static String property(String vaultId, Part part) {
        return "vault-key." + vaultId + "." + text(part);
    }

    private static String text(Part part) {
        return part.name().toLowerCase(Locale.ROOT);
    }

    private static PluginException missing(String vaultId, Part part) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "the " + text(part) + " key of vault " + vaultId
                        + " is not known here; attach the vault with its recovery key");
    }
}
