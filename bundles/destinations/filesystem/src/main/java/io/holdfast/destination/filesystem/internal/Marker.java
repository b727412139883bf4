package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file in each directory that proves that the right thing is mounted there.
 *
 * @param destinationId the same in all directories of one destination
 * @param applianceId whose it is
 * @param number which of the directories this is, from 1
 * @param count how many there are
 */
record Marker(String destinationId, String applianceId, int number, int count) {

    static final String FILE_NAME = "holdfast-destination.properties";

    private static final String FORMAT = "1";
    private static final int MAX_LENGTH = 16_384;

    static Path fileIn(Path root) {
        return root.resolve(FILE_NAME);
    }

    /** The marker of a directory; empty if it has none. */
    static Optional<Marker> read(Path root) throws PluginException {
        Path file = fileIn(root);
        try {
            if (Files.size(file) > MAX_LENGTH) {
                throw damaged(file, null);
            }
            return Optional.of(parse(file, Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw IoFailures.classify(e, "read the marker " + file);
        }
    }

    private static Marker parse(Path file, String text) throws PluginException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
            String format = properties.getProperty("format", "");
            if (!format.isEmpty() && !format.equals(FORMAT)) {
                throw new PluginException(
                        ErrorKind.UNSUPPORTED,
                        "the marker " + file + " has format " + format.replaceAll("[^0-9a-zA-Z.]", "?")
                                + "; a newer release wrote it: update this appliance");
            }
            Marker marker = new Marker(
                    properties.getProperty("destination", ""),
                    properties.getProperty("appliance", ""),
                    Integer.parseInt(properties.getProperty("path", "")),
                    Integer.parseInt(properties.getProperty("paths", "")));
            if (format.isEmpty()
                    || marker.destinationId.isEmpty()
                    || marker.number < 1
                    || marker.count < marker.number) {
                throw damaged(file, null);
            }
            return marker;
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private static PluginException damaged(Path file, @Nullable Throwable cause) {
        return new PluginException(
                ErrorKind.CORRUPT_DATA,
                "the marker " + file + " is damaged; if the directory is the right one, delete this file and add the"
                        + " destination again with 'adopt'",
                cause);
    }

    /** Puts the marker into a directory, durably; at no time is there half a marker. */
    void write(Path root) throws IOException {
        Path temporary = root.resolve(FILE_NAME + ".new");
        Properties properties = new Properties();
        properties.setProperty("format", FORMAT);
        properties.setProperty("destination", destinationId);
        properties.setProperty("appliance", applianceId);
        properties.setProperty("path", Integer.toString(number));
        properties.setProperty("paths", Integer.toString(count));
        StringWriter text = new StringWriter();
        properties.store(text, null);
        String lines = text.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .collect(Collectors.joining(
                        "\n", "# A backup destination of Holdfast. Do not delete or copy this file.\n", "\n"));
        Files.writeString(temporary, lines, StandardCharsets.UTF_8);
        Durability.forceFile(temporary);
        if (InodeFlags.supported() && Files.exists(fileIn(root)) && InodeFlags.immutable(fileIn(root))) {
            InodeFlags.setImmutable(fileIn(root), false); // where objects are locked the marker is, too
        }
        Files.move(temporary, fileIn(root), StandardCopyOption.ATOMIC_MOVE);
        Durability.forceDirectory(root);
    }
}
