package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where somebody wants a disk, written {@code vdb=pool:fast,format=raw}.
 *
 * @param kind of the place
 * @param argument the pool's name, the directory or the file; empty for {@code SAME}
 * @param format of the image; empty for the usual one of the place
 */
record DiskPlacement(Kind kind, String argument, Optional<String> format) {

    /** The kinds of places. */
    enum Kind {
        /** In the directory where the disk's image was. */
        SAME,
        /** A new volume of a storage pool. */
        POOL,
        /** A new file in a directory. */
        DIRECTORY,
        /** A file of a chosen name. */
        FILE
    }

    /** Every disk that no other line names. */
    static final String OTHERS = "*";

    static final DiskPlacement AS_IT_WAS = new DiskPlacement(Kind.SAME, "", Optional.empty());

    private static final Pattern LINE = Pattern.compile("(\\*|[A-Za-z0-9_-]+)=(.*?)(?:,format=([^,]*))?");

    /** Reads the lines of the setting {@code disks}; the key is a target, or {@link #OTHERS}. */
    static Map<String, DiskPlacement> parse(List<String> lines) throws PluginException {
        Map<String, DiskPlacement> placements = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.isBlank()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line.strip());
            if (!matcher.matches()) {
                throw invalid(line, "it has no target of a disk, such as vda, and no place");
            }
            DiskPlacement placement = place(line, matcher.group(2), format(line, matcher.group(3)));
            if (placements.put(matcher.group(1), placement) != null) {
                throw invalid(line, "the disk has a line already");
            }
        }
        return placements;
    }

    private static Optional<String> format(String line, @org.jspecify.annotations.Nullable String format)
            throws PluginException {
        if (format != null && !format.equals(Place.QCOW2) && !format.equals(Place.RAW)) {
            throw invalid(line, "the format is qcow2 or raw");
        }
        return Optional.ofNullable(format);
    }

    private static DiskPlacement place(String line, String place, Optional<String> format) throws PluginException {
        if (place.equals("same")) {
            return new DiskPlacement(Kind.SAME, "", format);
        }
        int colon = place.indexOf(':');
        String argument = place.substring(colon + 1);
        String kind = colon < 0 ? "" : place.substring(0, colon);
        switch (kind) {
            case "pool" -> {
                if (argument.isBlank()) {
                    throw invalid(line, "the pool has no name");
                }
                return new DiskPlacement(Kind.POOL, argument, format);
            }
            case "directory" -> {
                return new DiskPlacement(Kind.DIRECTORY, directory(absolute(line, argument)), format);
            }
            case "file" -> {
                if (absolute(line, argument).endsWith("/")) {
                    throw invalid(line, "a file's path does not end with a slash");
                }
                return new DiskPlacement(Kind.FILE, argument, format);
            }
            default -> throw invalid(line, "a place is pool:NAME, directory:/PATH, file:/PATH or same");
        }
    }

    /** Without slashes at its end. */
    static String directory(String path) {
        String shorter = path.replaceAll("/+$", "");
        return shorter.isEmpty() ? "/" : shorter;
    }

    private static String absolute(String line, String path) throws PluginException {
        if (!path.startsWith("/")) {
            throw invalid(line, "the path must be absolute");
        }
        return path;
    }

    private static PluginException invalid(String line, String why) {
        return new PluginException(
                ErrorKind.INVALID_CONFIG,
                "'" + Commands.printable(line) + "' says no place for a disk: " + why
                        + " (setting disks; for example vdb=pool:default,format=raw)");
    }
}
