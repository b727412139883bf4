package io.holdfast.core.catalog.internal;

import io.holdfast.testkit.lab.Lab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The upgrade on MariaDB. */
@Lab("a MariaDB server: HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)")
class MariaDbUpgradeTest extends UpgradeContract {

    private final List<MariaDbLab> labs = new ArrayList<>();

    @Override
    Database database() throws Exception {
        MariaDbLab lab = MariaDbLab.database();
        labs.add(lab);
        return lab.connect();
    }

    @AfterEach
    void drop() throws Exception {
        for (MariaDbLab lab : labs) {
            lab.close();
        }
    }
}
