package io.holdfast.core.catalog.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.WorkflowState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.Test;

/** A catalogue that an earlier release has filled is as full after the upgrade, and takes what the new release adds. */
abstract class UpgradeContract {

    /** Between two cuts; every statement would take minutes. */
    private static final int STRIDE = 7;

    /** A further empty database of the kind that is tried. */
    abstract Database database() throws Exception;

    @Test
    void a_catalogue_of_the_release_before_keeps_everything_and_takes_policies() throws Exception {
        try (Database database = database()) {
            DataSource source = database.open();
            changeSets(source, Schema.CHANGES.indexOf("0003-policies"));
            EntityManagerFactory factory = Persistence.factory(source, database, "upgrade-" + hashCode());
            try {
                Catalog catalog = new JpaCatalog(new Transactions(factory, database, d -> {}));
                fill(catalog);
                addBackup(source);

                new Schema(source, database).bringUpToDate();

                assertThat(catalog.providers().find("p")).contains(Samples.provider("p"));
                assertThat(catalog.instances().find("i")).contains(Samples.instance("i", "p"));
                assertThat(catalog.destinations().find("d")).contains(Samples.destination("d"));
                assertThat(catalog.backups().find("b")).contains(booted(Samples.backup("b", "i", "d", Samples.NOW)));
                assertThat(catalog.workflows().tasks("w")).hasSize(1);
                assertThat(catalog.users().find("eve")).contains(Samples.user("eve"));
                assertThat(catalog.property("appliance.id")).contains("one");
                catalog.policies().add(Samples.policy("x", "d"));
                assertThat(catalog.policies().find("x")).contains(Samples.policy("x", "d"));
            } finally {
                factory.close();
            }
        }
    }

    @Test
    void a_server_that_is_killed_while_it_makes_the_tables_goes_on_at_its_next_start() throws Exception {
        List<String> whole = prepared(Integer.MAX_VALUE);
        int cut = 1;
        while (cutAfter(cut, whole)) {
            cut += STRIDE;
        }
        assertThat(cut).as("statements that were cut off").isGreaterThan(40);
    }

    /** Whether it was cut at all. */
    private boolean cutAfter(int statements, List<String> whole) throws Exception {
        List<String> after = prepared(statements);
        assertThat(after).as("cut after statement " + statements).isEqualTo(whole);
        return cut;
    }

    private boolean cut;

    private List<String> prepared(int statements) throws Exception {
        try (Database database = database()) {
            DataSource source = database.open();
            CutOff first = new CutOff(source, statements);
            try {
                new Schema(first.source(), database).bringUpToDate();
            } catch (UnusableException e) {
                assertThat(first.isCut()).as(e.getMessage()).isTrue();
            }
            cut = first.isCut();
            new Schema(source, database).bringUpToDate();
            return CutOff.tables(source);
        }
    }

    @Test
    void a_database_with_tables_of_somebody_else_is_refused_before_anything_is_written() throws Exception {
        try (Database database = database()) {
            DataSource source = database.open();
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE users (id INTEGER NOT NULL)");
            }
            List<String> before = CutOff.tables(source);

            assertThatThrownBy(() -> new Schema(source, database).bringUpToDate())
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("users")
                    .hasMessageContaining("create an empty database");

            assertThat(CutOff.tables(source)).isEqualTo(before);
        }
    }

    private static void fill(Catalog catalog) {
        catalog.providers().add(Samples.provider("p"));
        catalog.destinations().add(Samples.destination("d"));
        catalog.instances().add(Samples.instance("i", "p"));
        catalog.workflows()
                .add(
                        Samples.workflow("w", WorkflowState.FINISHED, Samples.NOW),
                        List.of(Samples.task("t", "w", 0, TaskState.FINISHED, 50)));
        catalog.users().add(Samples.user("eve"));
        catalog.setProperty("appliance.id", "one");
    }

    /** What this release writes for a backup has columns that the earlier one does not know. */
    private static void addBackup(DataSource source) throws Exception {
        Backup b = Samples.backup("b", "i", "d", Samples.NOW);
        try (Connection connection = source.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO backups (id, instance_id, destination_id,"
                                + " workflow_id, incremental, status, created, logical_bytes, read_bytes, new_bytes, stored_bytes,"
                                + " items, problems, duration_millis, full_read_reason, message, verification, booted, boot_good,"
                                + " boot_millis, boot_message, boot_console) VALUES ('b', 'i', 'd', '', 1, 'PARTIAL', ?,"
                                + " ?, 2, 3, 4, 5, 6, 7, '', ?, 'NEVER', ?, 1, 5, 'fine', 'login:')")) {
            insert.setLong(1, b.created().toEpochMilli());
            insert.setLong(2, b.stats().logicalBytes());
            insert.setString(3, b.message());
            insert.setLong(4, Samples.NOW.toEpochMilli());
            insert.executeUpdate();
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
    }

    private static Backup booted(Backup b) {
        return b.booted(new Backup.Boot(Samples.NOW, true, 5, "fine", "login:", "", false));
    }

    /** The first so many change sets, as an earlier release knew them. */
    private static void changeSets(DataSource source, int count) throws Exception {
        try (Connection connection = source.getConnection();
                Liquibase liquibase = new Liquibase(
                        "io/holdfast/core/catalog/internal/changelog.xml",
                        new ClassLoaderResourceAccessor(UpgradeContract.class.getClassLoader()),
                        DatabaseFactory.getInstance()
                                .findCorrectDatabaseImplementation(new JdbcConnection(connection)))) {
            liquibase.update(count, new Contexts(), new LabelExpression());
        }
    }
}
