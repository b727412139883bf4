package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;

/** A real catalogue for tests, here and in the bundles that build on it: {@code OpenCatalog.sqlite(directory)}. */
public final class OpenCatalog implements AutoCloseable {

    private static Path template;

    private final Database database;
    private final DataSource source;
    private final EntityManagerFactory factory;
    private final Catalog catalog;
    private final List<String> damage = new CopyOnWriteArrayList<>();

    OpenCatalog(Database database) {
        this.database = database;
        try {
            source = database.open();
            new Schema(source, database).bringUpToDate();
        } catch (UnusableException e) {
            database.close();
            throw new IllegalStateException(e);
        }
        factory = Persistence.factory(source, database, "test-" + System.identityHashCode(this));
        catalog = new JpaCatalog(new Transactions(factory, database, damage::add));
    }

    /** A catalogue in a file of a directory; what is there already is opened again. */
    public static OpenCatalog sqlite(Path directory) {
        try {
            Path file = directory.resolve("catalog.db");
            if (Files.notExists(file)) {
                Files.copy(template(), file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new OpenCatalog(new SqliteDatabase(directory.resolve("catalog.db"), Duration.ofSeconds(3)));
    }

    /** An empty catalogue, made once: preparing the schema takes longer than most tests. */
    private static synchronized Path template() throws IOException {
        if (template == null) {
            Path directory = Files.createTempDirectory("catalog-template");
            Path file = directory.resolve("catalog.db");
            new OpenCatalog(new SqliteDatabase(file, Duration.ofSeconds(3))).close();
            Files.deleteIfExists(directory.resolve("catalog.db.lock"));
            file.toFile().deleteOnExit();
            directory.toFile().deleteOnExit();
            template = file;
        }
        return template;
    }

    /** The catalogue. */
    public Catalog catalog() {
        return catalog;
    }

    DataSource source() {
        return source;
    }

    List<String> damage() {
        return damage;
    }

    @Override
    public void close() {
        factory.close();
        database.close();
    }
}
