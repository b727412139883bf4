package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.testkit.lab.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on MariaDB. */
@Lab("a MariaDB server: HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)")
class MariaDbCatalogTest extends CatalogContract {

    private static MariaDbLab lab;
    private static OpenCatalog open;

    @BeforeAll
    static void open() throws Exception {
        lab = MariaDbLab.database();
        open = new OpenCatalog(lab.connect());
    }

    @AfterAll
    static void close() throws Exception {
        if (open != null) {
            open.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Override
    Catalog catalog() {
        return open.catalog();
    }
}
