package io.holdfast.core.catalog.internal;

import io.holdfast.testkit.lab.Lab;
import org.junit.jupiter.api.AfterEach;

/** The upgrade on MariaDB. */
@Lab("a MariaDB server: HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)")
class MariaDbUpgradeTest extends UpgradeContract {

    private MariaDbLab lab;

    @Override
    Database database() throws Exception {
        lab = MariaDbLab.database();
        return lab.connect();
    }

    @AfterEach
    void drop() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }
}
