package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SQLite. */
class SqliteCatalogTest extends CatalogContract {

    @TempDir
    static Path directory;

    private static OpenCatalog open;

    @BeforeAll
    static void open() {
        open = OpenCatalog.sqlite(directory);
    }

    @AfterAll
    static void close() {
        open.close();
    }

    @Override
    Catalog catalog() {
        return open.catalog();
    }
}
