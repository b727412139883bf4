package io.holdfast.core.catalog.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.CatalogState.Phase;
import io.holdfast.testkit.lab.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real server answers to wrong configurations, and to several of us at once. */
@Lab("a MariaDB server: HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)")
class MariaDbOpenerTest {

    private MariaDbLab lab;

    @BeforeEach
    void open() throws Exception {
        lab = MariaDbLab.database();
    }

    @AfterEach
    void close() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void a_wrong_password_an_unknown_database_and_none_are_explained() {
        assertUnusable(new MariaDbDatabase(lab.url(), lab.user(), "geheim", 2), Phase.MISCONFIGURED, "Access denied");
        assertUnusable(
                new MariaDbDatabase(lab.url() + "x", lab.user(), lab.password(), 2),
                Phase.MISCONFIGURED,
                "Unknown database");
        String none = lab.url().substring(0, lab.url().lastIndexOf('/') + 1);
        assertUnusable(
                new MariaDbDatabase(none, lab.user(), lab.password(), 2), Phase.MISCONFIGURED, "names no database");
    }

    @Test
    void several_servers_prepare_one_database_at_the_same_time() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        List<Callable<OpenCatalog>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(() -> new OpenCatalog(lab.connect()));
        }
        for (Future<OpenCatalog> future : pool.invokeAll(calls)) {
            try (OpenCatalog open = future.get()) {
                assertThat(open.catalog().property("x")).isEmpty();
            }
        }
        pool.shutdown();
    }

    @Test
    void a_database_of_a_newer_release_is_left_alone() throws Exception {
        new OpenCatalog(lab.connect()).close();
        lab.execute("INSERT INTO " + lab.name() + ".DATABASECHANGELOG SELECT '0999-future', AUTHOR, FILENAME,"
                + " DATEEXECUTED, 2, EXECTYPE, MD5SUM, DESCRIPTION, COMMENTS, TAG, LIQUIBASE, CONTEXTS, LABELS,"
                + " DEPLOYMENT_ID FROM " + lab.name() + ".DATABASECHANGELOG");
        assertUnusable(lab.connect(), Phase.NEWER_SCHEMA, "0999-future");
    }

    private static void assertUnusable(Database database, Phase phase, String message) {
        try (database) {
            assertThatThrownBy(() -> new Schema(database.open(), database).bringUpToDate())
                    .isInstanceOfSatisfying(
                            UnusableException.class, e -> assertThat(e.phase()).isEqualTo(phase))
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("conn=")
                    .hasMessageNotContaining("geheim");
        }
    }
}
