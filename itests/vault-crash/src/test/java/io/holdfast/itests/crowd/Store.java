package io.holdfast.itests.crowd;

import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.testkit.fake.TestPluginContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** A place for a vault, which several nodes open. */
interface Store {

    /** Opens it for a node. */
    Destination open(String node) throws Exception;

    /** The kinds of places there are. */
    enum Kind {
        FILESYSTEM {
            @Override
            Store at(Path root) throws Exception {
                DestinationType type = ServiceLoader.load(DestinationType.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(t -> t.id().equals("filesystem"))
                        .findFirst()
                        .orElseThrow();
                Path paths = Files.createDirectories(root.resolve("store"));
                Settings settings = Settings.of(type.schema(), Map.of("paths", List.of(paths.toString())));
                type.initialize(settings, context(root, "creation"));
                return node -> type.open(settings, context(root, node));
            }
        },
        OBJECTS {
            @Override
            Store at(Path root) throws Exception {
                ObjectStore objects = new ObjectStore(root.resolve("store"));
                return node -> objects;
            }
        };

        /** A new one in an empty directory. */
        abstract Store at(Path root) throws Exception;

        private static TestPluginContext context(Path root, String name) throws Exception {
            return TestPluginContext.in(Files.createDirectories(root.resolve("state-" + name)));
        }
    }
}
