package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Takes directories for a destination: a new one, one that gets further directories, or one that is adopted. */
final class Initialization {

    /** What may lie in an otherwise empty directory: put there by file systems and filers. */
    private static final Set<String> HARMLESS = Set.of("lost+found", "$RECYCLE.BIN", "System Volume Information");

    private final FilesystemSettings settings;
    private final String applianceId;
    private final Supplier<String> ids;

    Initialization(FilesystemSettings settings, String applianceId, Supplier<String> ids) {
        this.settings = settings;
        this.applianceId = applianceId;
        this.ids = ids;
    }

    void run() throws PluginException {
        Map<Path, Optional<Marker>> present = new LinkedHashMap<>();
        for (Path path : settings.paths()) {
            requireDirectory(path);
            present.put(path, inspect(path));
        }
        Map<Path, Marker> wanted = number(present);
        // new directories first: until the old ones know of them, the destination refuses to open, and this can be
        // repeated
        List<Path> order = new ArrayList<>(wanted.keySet());
        order.sort((a, b) -> Boolean.compare(
                present.getOrDefault(a, Optional.empty()).isPresent(),
                present.getOrDefault(b, Optional.empty()).isPresent()));
        for (Path path : order) {
            Marker marker = wanted.get(path);
            if (marker != null && !Optional.of(marker).equals(present.get(path))) {
                writeTo(path, marker);
            }
        }
    }

    private void requireDirectory(Path path) throws PluginException {
        try {
            if (!Files.exists(path) && settings.createDirectory()) {
                Files.createDirectories(path);
            }
        } catch (IOException e) {
            throw IoFailures.classify(e, "create directory " + path);
        }
        if (!Files.exists(path)) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "cannot use " + path + " as a destination: it does not exist; create or mount it, or set"
                            + " 'createDirectory'");
        }
        if (!Files.isDirectory(path)) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "cannot use " + path + " as a destination: it is a file; give a directory");
        }
    }

    private Optional<Marker> inspect(Path path) throws PluginException {
        Optional<Marker> marker = Marker.read(path);
        if (marker.isEmpty()) {
            requireUnused(path);
        } else if (!marker.get().applianceId().equals(applianceId) && !settings.adopt()) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    path + " is a destination of the appliance " + marker.get().applianceId()
                            + "; two appliances must not share one. Choose another directory, or set 'adopt' to take it"
                            + " over for good");
        }
        return marker;
    }

    private void requireUnused(Path path) throws PluginException {
        if (Files.exists(path.resolve("objects"))) {
            if (!settings.adopt()) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        path + " holds objects of a destination, but its marker " + Marker.FILE_NAME
                                + " is gone; set 'adopt' if it is yours");
            }
            return;
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            for (Path file : content) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && !name.startsWith(Marker.FILE_NAME) && !HARMLESS.contains(name)) {
                    throw new PluginException(
                            ErrorKind.CONFLICT,
                            "cannot use " + path + " as a destination: it is not empty (it contains '" + printable(name)
                                    + "'); give an empty directory");
                }
            }
        } catch (IOException e) {
            throw IoFailures.classify(e, "look into " + path);
        }
    }

    private Map<Path, Marker> number(Map<Path, Optional<Marker>> present) throws PluginException {
        Set<String> destinations = new HashSet<>();
        Set<Integer> taken = new HashSet<>();
        int known = 0;
        for (Optional<Marker> marker : present.values()) {
            if (marker.isPresent()) {
                destinations.add(marker.get().destinationId());
                known = Math.max(known, marker.get().count());
                if (!taken.add(marker.get().number())) {
                    throw mixed();
                }
            }
        }
        if (destinations.size() > 1) {
            throw mixed();
        }
        if (known > present.size()) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "the destination consists of " + known + " directories, " + present.size()
                            + " were given; give all of them, in any order");
        }
        String id = destinations.stream().findFirst().orElseGet(ids);
        Map<Path, Marker> wanted = new LinkedHashMap<>();
        int next = 1;
        for (Map.Entry<Path, Optional<Marker>> entry : present.entrySet()) {
            int number;
            if (entry.getValue().isPresent()) {
                number = entry.getValue().get().number();
            } else {
                while (taken.contains(next)) {
                    next++;
                }
                number = next;
                taken.add(number);
            }
            wanted.put(entry.getKey(), new Marker(id, applianceId, number, present.size()));
        }
        return wanted;
    }

    private PluginException mixed() {
        return new PluginException(
                ErrorKind.CONFLICT,
                "the directories " + settings.paths()
                        + " belong to different destinations, or one is a copy of another;"
                        + " give the directories of one destination only");
    }

    private void writeTo(Path path, Marker marker) throws PluginException {
        try {
            Files.createDirectories(path.resolve("objects"));
            Files.createDirectories(path.resolve("sessions"));
            Files.createDirectories(path.resolve("claims"));
            marker.write(path);
        } catch (IOException e) {
            throw IoFailures.classify(e, "prepare " + path + " as a destination");
        }
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
