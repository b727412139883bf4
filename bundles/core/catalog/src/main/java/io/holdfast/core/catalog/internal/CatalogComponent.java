package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogState;
import io.holdfast.core.catalog.CatalogState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps the catalogue open as configured. {@link Catalog} itself is registered by hand, because it comes and goes with the
 * database.
 */
@Component(service = CatalogState.class, immediate = true, configurationPid = "io.holdfast.core.catalog")
@Designate(ocd = CatalogConfig.class)
public final class CatalogComponent implements CatalogState {

    private final CatalogOpener opener;

    /** For the container. */
    @Activate
    public CatalogComponent(BundleContext context, CatalogConfig config) {
        this(
                () -> database(config, dataDirectory(context)),
                catalog -> {
                    ServiceRegistration<Catalog> registration = context.registerService(Catalog.class, catalog, null);
                    return () -> unregister(registration);
                },
                CatalogOpener.Settings.standard());
    }

    CatalogComponent(
            CatalogOpener.DatabaseSource databases,
            CatalogOpener.Publisher publisher,
            CatalogOpener.Settings settings) {
        opener = new CatalogOpener(databases, publisher, settings, Clock.systemUTC());
        opener.start();
    }

    @Override
    public Status status() {
        return opener.status();
    }

    /** For the container. */
    @Deactivate
    public void deactivate() {
        opener.close();
    }

    private static void unregister(ServiceRegistration<Catalog> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            // the framework was quicker: the bundle is stopping
        }
    }

    private static Path dataDirectory(BundleContext context) {
        String data = context.getProperty("karaf.data");
        return Path.of(data == null ? "data" : data).toAbsolutePath();
    }

    static Database database(CatalogConfig config, Path dataDirectory) throws UnusableException {
        String url = config.url().trim();
        if (url.isEmpty()) {
            return sqlite(dataDirectory.resolve("catalog").resolve("catalog.db"), config);
        }
        if (url.contains("password=")) {
            throw wrong("'url' contains a password; write it to 'password' or 'password.file'");
        }
        if (url.startsWith("jdbc:sqlite:")) {
            Path file = Path.of(url.substring("jdbc:sqlite:".length()));
            if (!file.isAbsolute() || url.contains("?")) {
                throw wrong("the URL of SQLite takes an absolute path and nothing else");
            }
            return sqlite(file, config);
        }
        if (url.startsWith("jdbc:mariadb:")) {
            return new MariaDbDatabase(url, config.user(), password(config), Math.max(2, config.pool_size()));
        }
        throw wrong("'url' must begin with jdbc:sqlite: or jdbc:mariadb:");
    }

    private static Database sqlite(Path file, CatalogConfig config) {
        return new SqliteDatabase(file, Duration.ofMillis(Math.max(0, config.check_limit_millis())));
    }

    private static String password(CatalogConfig config) throws UnusableException {
        String file = config.password_file().trim();
        if (file.isEmpty()) {
            return config._password();
        }
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            return lines.isEmpty() ? "" : lines.get(0);
        } catch (IOException e) {
            throw new UnusableException(
                    Phase.MISCONFIGURED,
                    "opening the catalogue: the password file " + file + " cannot be read (" + e
                            + "); see 'password.file' in etc/io.holdfast.core.catalog.cfg",
                    e);
        }
    }

    private static UnusableException wrong(String message) {
        return new UnusableException(
                Phase.MISCONFIGURED,
                "opening the catalogue: " + message + "; see etc/io.holdfast.core.catalog.cfg",
                null);
    }
}
