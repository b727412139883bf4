package io.holdfast.core.security.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.security.KeyWay;
import io.holdfast.core.security.MasterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.keys.KeyService;
import io.holdfast.spi.keys.KeyServiceContext;
import io.holdfast.spi.keys.KeyServiceType;
import io.holdfast.spi.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Opens the master key in the way that is in use, and moves it to another. One thing at a time: the caller holds a lock.
 */
final class MasterKeyring {

    /** What the key is for, authenticated with it. */
    private static final String CONTEXT = "holdfast/master-key";

    private final PrivateFiles files;
    private final KeptKeys kept;
    private final Catalog catalog;
    private final KeyWays ways;
    private final Map<String, KeyServiceType> types;
    private final SecureRandom random;
    private byte @Nullable [] master;

    /**
     * @param files the directory of everything secret
     * @param catalog whose secrets are sealed
     * @param ways what is configured
     * @param types the kinds of key services that are installed now, by id; a live view
     */
    MasterKeyring(
            PrivateFiles files, Catalog catalog, KeyWays ways, Map<String, KeyServiceType> types, SecureRandom random) {
        this.files = files;
        this.kept = new KeptKeys(files);
        this.catalog = catalog;
        this.ways = ways;
        this.types = types;
        this.random = random;
    }

    private record Context(Clock clock, Path stateDirectory) implements KeyServiceContext {}

    String inUse() throws PluginException {
        return kept.inUse();
    }

    /** The kind of key service that a way needs; {@code file} for none, empty if the way is not configured. */
    String type(String way) {
        return way.equals(MasterKeys.FILE) ? MasterKeys.FILE : ways.type(way).orElse("");
    }

    /** The key in the way that is in use; made, if neither the catalogue nor the directory has one. */
    byte[] open() throws PluginException {
        byte[] known = master;
        if (known != null) {
            return known;
        }
        String way = kept.inUse();
        if (way.equals(MasterKeys.FILE) && kept.read(way).isEmpty() && !MasterKey.isExpected(catalog)) {
            kept.keep(way, MasterKey.create(random));
        }
        byte[] found = read(way);
        master = found;
        return found;
    }

    /** The key as a way gives it now, compared with what the catalogue knows. */
    private byte[] read(String way) throws PluginException {
        byte[] stored = kept.read(way).orElse(null);
        if (stored == null) {
            throw missing(way);
        }
        byte[] raw = stored;
        if (!way.equals(MasterKeys.FILE)) {
            try (KeyService service = service(way)) {
                raw = service.unwrap(stored, CONTEXT);
            }
        }
        MasterKey.check(raw, kept.path(way).toString(), catalog);
        return raw;
    }

    private PluginException missing(String way) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "the master key " + kept.path(way)
                        + " is missing, but the catalogue holds secrets that were sealed with it; restore the file from a copy,"
                        + " move to a way that still keeps it, or start with an empty catalogue and attach the vaults with"
                        + " their recovery keys");
    }

    private KeyService service(String way) throws PluginException {
        String typeId = ways.type(way).orElseThrow(() -> unknown(way));
        KeyServiceType type = types.get(typeId);
        if (type == null) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "the way '" + way + "' to keep the master key needs the key service '" + typeId
                            + "', which is not installed; installed are " + new TreeSet<>(types.keySet())
                            + ". Install its plugin, or correct etc/io.holdfast.core.security.cfg");
        }
        Settings settings = ways.settings(way, type);
        Path state = files.path("way-" + way);
        try {
            new PrivateFiles(state);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.INTERNAL, "making the directory " + state + " fails: " + e, e);
        }
        return type.open(settings, new Context(Clock.systemUTC(), state));
    }

    private PluginException unknown(String way) {
        List<String> known = new ArrayList<>(ways.names());
        known.add(0, MasterKeys.FILE);
        String shown = KeyWays.NAME.matcher(way).matches() ? "'" + way + "'" : "that";
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "no way to keep the master key is called " + shown + ", only " + known
                        + "; add its settings to etc/io.holdfast.core.security.cfg");
    }

    void test(String way) throws PluginException {
        requireKnown(way);
        if (!way.equals(MasterKeys.FILE)) {
            try (KeyService service = service(way)) {
                service.test();
            }
        }
        if (way.equals(MasterKeys.FILE) || kept.read(way).isPresent()) {
            read(way);
        }
    }

    void move(String way) throws PluginException {
        requireKnown(way);
        byte[] key = master;
        if (key == null) {
            byte[] found = read(way);
            kept.use(way);
            master = found;
        } else if (!way.equals(kept.inUse())) {
            keep(way, key);
            if (!MessageDigest.isEqual(key, read(way))) {
                throw new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "moving the master key: '" + way
                                + "' gives another key than it was given; nothing has changed");
            }
            kept.use(way);
        }
    }

    private void keep(String way, byte[] key) throws PluginException {
        if (way.equals(MasterKeys.FILE)) {
            kept.keep(way, key);
            return;
        }
        byte[] wrapped;
        try (KeyService service = service(way)) {
            wrapped = service.wrap(key, CONTEXT);
        }
        if (wrapped.length > KeyService.MAX_WRAPPED) {
            throw new PluginException(
                    ErrorKind.INTERNAL,
                    "moving the master key: '" + way + "' makes " + wrapped.length + " bytes of it, more than "
                            + KeyService.MAX_WRAPPED + "; tell the vendor of its plugin");
        }
        kept.keep(way, wrapped);
    }

    void forget(String way) throws PluginException {
        if (!KeyWays.NAME.matcher(way).matches()) {
            throw unknown(way);
        }
        String used = kept.inUse();
        if (way.equals(used)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "'" + way + "' is in use; move the master key to another way before this one is forgotten");
        }
        read(used);
        kept.forget(way);
    }

    private void requireKnown(String way) throws PluginException {
        if (!way.equals(MasterKeys.FILE) && ways.type(way).isEmpty()) {
            throw unknown(way);
        }
    }

    List<KeyWay> list() throws PluginException {
        String used = kept.inUse();
        Set<String> keepers = kept.keepers();
        Set<String> names = new TreeSet<>(keepers);
        names.addAll(ways.names());
        names.add(MasterKeys.FILE);
        names.add(used);
        return names.stream()
                .map(name -> new KeyWay(
                        name,
                        type(name),
                        name.equals(used),
                        keepers.contains(name),
                        name.equals(MasterKeys.FILE) || types.containsKey(type(name))))
                .toList();
    }
}
