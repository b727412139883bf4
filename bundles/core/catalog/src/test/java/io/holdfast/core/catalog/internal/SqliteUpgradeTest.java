package io.holdfast.core.catalog.internal;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The upgrade on SQLite. */
class SqliteUpgradeTest extends UpgradeContract {

    @TempDir
    Path directory;

    private int number;

    @Override
    Database database() {
        return new SqliteDatabase(directory.resolve("catalog-" + number++ + ".db"), Duration.ofSeconds(3));
    }
}
