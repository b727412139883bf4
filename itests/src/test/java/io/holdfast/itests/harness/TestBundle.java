package io.holdfast.itests.harness;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A bundle that is dropped into a container: made from a package of the tests, or a jar as it was built. */
public final class TestBundle {

    private final String name;
    private final Path file;

    private TestBundle(String name, Path file) {
        this.name = name;
        this.file = file;
    }

    /**
     * Makes a bundle of one package.
     *
     * @param sample a class of that package
     * @param headers what its manifest says besides
     */
    public static TestBundle of(Class<?> sample, Path directory, List<String> headers) {
        String name = sample.getPackageName();
        Path file = directory.resolve(name + ".jar");
        try (Builder builder = new Builder()) {
            builder.setClasspath(new File[] {
                origin(sample).toFile(),
                origin(io.holdfast.spi.PluginException.class).toFile(),
                origin(org.osgi.framework.Bundle.class).toFile(),
                origin(org.osgi.service.component.annotations.Component.class).toFile()
            });
            builder.setProperty("Bundle-SymbolicName", name);
            builder.setProperty("Bundle-Version", "1.0.0");
            builder.setProperty("-privatepackage", name);
            builder.setProperty("-noimportjava", "true");
            for (String header : headers) {
                String[] parts = header.split(":", 2);
                builder.setProperty(parts[0], parts[1].strip());
            }
            Jar jar = builder.build();
            if (!builder.getErrors().isEmpty()) {
                throw new IllegalStateException("bnd: " + builder.getErrors());
            }
            jar.write(file.toFile());
            return new TestBundle(name, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("making the bundle " + name, e);
        }
    }

    /** A bundle of the project as it was built; the tests have it on their class path. */
    public static TestBundle called(String name) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.getFileName().toString().startsWith(name + "-"))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(file -> new TestBundle(name, file))
                .orElseThrow(() -> new IllegalStateException("there is no jar of " + name + " on the class path"));
    }

    private static Path origin(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Drops it into a running appliance, whole at once as {@code mv} does. */
    public void deployTo(Appliance appliance) {
        try {
            Path copy = Files.copy(
                    file, appliance.deploy().resolveSibling(name + ".part"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, place(appliance), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes it away again. */
    public void removeFrom(Appliance appliance) {
        try {
            Files.deleteIfExists(place(appliance));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path place(Appliance appliance) {
        return appliance.deploy().resolve(name + ".jar");
    }
}
