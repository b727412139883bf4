package io.holdfast.core.security.internal;

import io.holdfast.core.security.MasterKeys;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of the master key: {@code master.key} is the key itself, {@code wrapped-NAME.key} is what a key service made of
 * it, {@code master-key-way} names the way in use; without it, the file is.
 */
final class KeptKeys {

    static final String KEY_FILE = "master.key";
    static final String IN_USE = "master-key-way";
    private static final Pattern WRAPPED = Pattern.compile("wrapped-(" + KeyWays.NAME + ")\\.key");

    private final PrivateFiles files;

    KeptKeys(PrivateFiles files) {
        this.files = files;
    }

    String inUse() throws PluginException {
        try {
            byte[] name = files.read(IN_USE).orElse(null);
            String way = name == null ? MasterKeys.FILE : new String(name, StandardCharsets.UTF_8).trim();
            if (!KeyWays.NAME.matcher(way).matches()) {
                throw new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        files.path(IN_USE)
                                + " does not name a way to keep the master key; write the right name into it");
            }
            return way;
        } catch (IOException e) {
            throw failed("reading", IN_USE, e);
        }
    }

    void use(String way) throws PluginException {
        write(IN_USE, (way + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    Optional<byte[]> read(String way) throws PluginException {
        try {
            return files.read(file(way));
        } catch (IOException e) {
            throw failed("reading", file(way), e);
        }
    }

    void keep(String way, byte[] content) throws PluginException {
        write(file(way), content);
    }

    void forget(String way) throws PluginException {
        try {
            files.delete(file(way));
        } catch (IOException e) {
            throw failed("removing", file(way), e);
        }
    }

    Path path(String way) {
        return files.path(file(way));
    }

    /** The names of all ways that keep the key. */
    Set<String> keepers() throws PluginException {
        Set<String> names = new TreeSet<>();
        if (Files.exists(path(MasterKeys.FILE))) {
            names.add(MasterKeys.FILE);
        }
        try (Stream<Path> list = Files.list(files.path(""))) {
            list.map(file -> WRAPPED.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .forEach(matcher -> names.add(matcher.group(1)));
        } catch (IOException e) {
            throw failed("listing", "", e);
        }
        return names;
    }

    private void write(String file, byte[] content) throws PluginException {
        try {
            files.write(file, content);
        } catch (IOException e) {
            throw failed("writing", file, e);
        }
    }

    private static String file(String way) {
        return way.equals(MasterKeys.FILE) ? KEY_FILE : "wrapped-" + way + ".key";
    }

    private PluginException failed(String what, String file, IOException e) {
        return new PluginException(
                ErrorKind.INTERNAL,
                what + " " + files.path(file) + " fails: " + e + "; look at the disk and at whose the directory is",
                e);
    }
}
