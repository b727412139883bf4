package io.holdfast.destination.filesystem.internal;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Restrictions;
import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Surroundings;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.ObjectStat;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The type with the settings of one test. */
record Store(FilesystemDestinationType type, TestPluginContext context, Map<String, List<String>> values) {

    static Store at(Path... paths) {
        return withRestrictions(Restrictions.NONE, paths);
    }

    static Store withRestrictions(Restrictions restrictions, Path... paths) {
        return inProcess(SessionDirectory.tokenOfThisProcess(), restrictions, paths);
    }

    static Store inProcess(String token, Restrictions restrictions, Path... paths) {
        Surroundings surroundings =
                new Surroundings(() -> UUID.randomUUID().toString(), token, restrictions, Clock.systemUTC());
        List<String> texts = Stream.of(paths).map(Path::toString).toList();
        return new Store(
                new FilesystemDestinationType(surroundings),
                TestPluginContext.in(Path.of("/")),
                Map.of("paths", texts, "reserve", List.of("0")));
    }

    Store with(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(values);
        changed.put(name, List.of(value));
        return new Store(type, context, changed);
    }

    Store ofAppliance(String id) {
        return new Store(type, context.ofAppliance(id), values);
    }

    Settings settings() throws PluginException {
        return Settings.of(type.schema(), values);
    }

    Store initialize() throws PluginException {
        type.initialize(settings(), context);
        return this;
    }

    Destination open() throws PluginException {
        return type.open(settings(), context);
    }

    static byte[] readAll(InputStream in) throws IOException {
        try (in) {
            return in.readAllBytes();
        }
    }

    static List<String> keys(Destination destination) throws PluginException {
        return destination.list("", null, 10_000, new TestTransfer()).stream()
                .map(ObjectStat::key)
                .map(Object::toString)
                .toList();
    }

    /** Every file below a directory, as relative paths. */
    static List<String> files(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            return new ArrayList<>(tree.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
