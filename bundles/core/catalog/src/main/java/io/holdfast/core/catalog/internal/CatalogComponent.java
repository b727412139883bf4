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
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps the catalogue open as configured. Its services are registered by hand: {@link Catalog} comes and goes with the
 * database, and what the container registers carries the configuration, with the password, as service properties.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.holdfast.core.catalog")
@Designate(ocd = CatalogConfig.class)
public final class CatalogComponent {

    private final CatalogOpener opener;
    private final Runnable withdrawal;

    /** For the container. */
    @Activate
    public CatalogComponent(BundleContext context, CatalogConfig config) {
        this(
                () -> database(config, dataDirectory(context)),
                catalog -> register(context, Catalog.class, catalog),
                state -> register(context, CatalogState.class, state),
                CatalogOpener.Settings.standard());
    }

    CatalogComponent(
            CatalogOpener.DatabaseSource databases,
            CatalogOpener.Publisher publisher,
            Function<CatalogState, Runnable> statePublisher,
            CatalogOpener.Settings settings) {
        opener = new CatalogOpener(databases, publisher, settings, Clock.systemUTC());
        withdrawal = statePublisher.apply(opener);
        opener.start();
    }

    CatalogState state() {
        return opener;
    }

    /** For the container. */
    @Deactivate
    public void deactivate() {
        opener.close();
        withdrawal.run();
    }

    private static <S> Runnable register(BundleContext context, Class<S> type, S service) {
        ServiceRegistration<S> registration = context.registerService(type, service, null);
        return () -> unregister(registration);
    }

    private static void unregister(ServiceRegistration<?> registration) {
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
            return config.password();
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
