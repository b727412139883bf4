package io.holdfast.core.catalog.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.CatalogState.Phase;
import io.holdfast.core.catalog.CatalogState.Status;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Provider;
import io.holdfast.spi.ErrorKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the catalogue comes, why it does not, and when it goes. */
class CatalogOpenerTest {

    private static final CatalogOpener.Settings IMPATIENT =
            new CatalogOpener.Settings(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(50));

    @TempDir
    Path directory;

    private final AtomicReference<Catalog> published = new AtomicReference<>();
    private final AtomicBoolean withdrawn = new AtomicBoolean();
    private CatalogComponent component;

    @AfterEach
    void close() {
        if (component != null) {
            component.deactivate();
        }
    }

    @Test
    void a_new_catalogue_is_made_published_and_taken_back() {
        start(file());
        awaitPhase(Phase.READY);
        assertThat(published.get().providers().list(PageRequest.first(1)).total())
                .isZero();
        assertThat(component.state().status().message()).isEmpty();
        assertThat(component.state().status().database()).isEqualTo("SQLite " + file());

        component.deactivate();
        assertThat(published.get()).isNull();
        assertThat(withdrawn).isTrue();
    }

    @Test
    void what_was_stored_is_there_after_a_restart() {
        start(file());
        awaitPhase(Phase.READY);
        published.get().setProperty("appliance", "one");
        component.deactivate();
        start(file());
        awaitPhase(Phase.READY);
        assertThat(published.get().property("appliance")).contains("one");
    }

    @Test
    void only_the_owner_can_read_the_files() throws IOException {
        start(file());
        awaitPhase(Phase.READY);
        published.get().setProperty("x", "y");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
                .isEqualTo("rwx------");
        try (var files = Files.newDirectoryStream(file().getParent(), "catalog.db*")) {
            for (Path path : files) {
                if (!path.toString().endsWith(".lock")) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .as(path.toString())
                            .isEqualTo("rw-------");
                }
            }
        }
    }

    @Test
    void every_commit_is_on_disk_before_it_returns() throws Exception {
        try (OpenCatalog open = OpenCatalog.sqlite(directory);
                Connection connection = open.source().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(pragma(statement, "synchronous")).isEqualTo("2");
            assertThat(pragma(statement, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(statement, "foreign_keys")).isEqualTo("1");
            assertThat(pragma(statement, "busy_timeout")).isEqualTo("10000");
        }
    }

    @Test
    void the_few_workflows_of_a_type_are_found_without_reading_all() throws Exception {
        try (OpenCatalog open = OpenCatalog.sqlite(directory);
                Connection connection = open.source().getConnection();
                Statement statement = connection.createStatement();
                var plan = statement.executeQuery("EXPLAIN QUERY PLAN SELECT * FROM workflows WHERE type IN ('VERIFY')"
                        + " AND destination_id = 'd' ORDER BY created DESC, id DESC LIMIT 10")) {
            assertThat(plan.next()).isTrue();
            assertThat(plan.getString("detail")).contains("workflows_by_type");
            assertThat(plan.next()).as("a sort besides").isFalse();
        }
    }

    @Test
    void the_list_of_changes_is_the_one_of_the_change_log() throws IOException {
        String log;
        try (var in = Schema.class.getResourceAsStream("changelog.xml")) {
            log = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> ids = java.util.regex.Pattern.compile("<changeSet id=\"([^\"]+)\"")
                .matcher(log)
                .results()
                .map(r -> r.group(1))
                .toList();
        assertThat(ids).isEqualTo(Schema.CHANGES);
    }

    @Test
    void a_file_that_is_no_database_is_named_and_what_to_do_is_said() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "this is not a database, but it is long enough to have a header".repeat(100));
        start(file());
        awaitPhase(Phase.DAMAGED);
        assertThat(component.state().status().message())
                .contains(file().toString())
                .contains("move")
                .contains("rebuild");
        assertThat(published.get()).isNull();
    }

    @Test
    void a_damaged_page_is_found_before_anything_is_written() throws IOException {
        fill();
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            long pages = raw.length() / 4096;
            for (long page = 2; page < pages; page += 2) {
                raw.seek(page * 4096);
                raw.write(new byte[512]);
            }
        }
        start(file());
        awaitPhase(Phase.DAMAGED);
        assertThat(published.get()).isNull();
    }

    @Test
    void a_truncated_file_is_damaged() throws IOException {
        fill();
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.setLength(raw.length() / 2);
        }
        start(file());
        awaitPhase(Phase.DAMAGED);
    }

    @Test
    void damage_that_shows_later_takes_the_catalogue_back() throws Exception {
        fill();
        start(file());
        awaitPhase(Phase.READY);
        Catalog catalog = published.get();
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            // what is open notices when it reads the pages next
            for (long at = 4096; at < raw.length(); at += 4096) {
                raw.seek(at);
                raw.write(new byte[4096]);
            }
        }
        assertThat(failureOf(catalog)).isEqualTo(ErrorKind.CORRUPT_DATA);
        awaitPhase(Phase.DAMAGED);
        await().untilAsserted(() -> assertThat(published.get()).isNull());
    }

    @Test
    void a_catalogue_of_a_newer_release_is_left_alone() throws Exception {
        try (OpenCatalog open = OpenCatalog.sqlite(directory);
                Connection connection = open.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE DATABASECHANGELOG SET ID = '0999-future'");
        }
        start(directory.resolve("catalog.db"));
        awaitPhase(Phase.NEWER_SCHEMA);
        assertThat(component.state().status().message()).contains("0999-future").contains("newer release");
        assertThat(published.get()).isNull();
    }

    @Test
    void a_migration_that_died_half_way_is_taken_up_again() throws Exception {
        start(file());
        awaitPhase(Phase.READY);
        component.deactivate();
        // as a crash leaves it: the lock taken, nothing done
        Files.delete(file());
        var source = new org.sqlite.SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file());
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE DATABASECHANGELOGLOCK (ID INTEGER NOT NULL, LOCKED BOOLEAN NOT NULL,"
                    + " LOCKGRANTED TEXT, LOCKEDBY VARCHAR(255), CONSTRAINT PK PRIMARY KEY (ID))");
            statement.execute("INSERT INTO DATABASECHANGELOGLOCK VALUES (1, 1, '2026-01-01 00:00:00.0', 'somebody')");
        }
        start(file());
        awaitPhase(Phase.READY);
    }

    @Test
    void a_second_process_on_the_same_file_waits_for_the_first_to_end() {
        OpenCatalog first = OpenCatalog.sqlite(directory);
        start(directory.resolve("catalog.db"));
        awaitPhase(Phase.UNREACHABLE);
        assertThat(component.state().status().message()).contains("used by another process");
        first.close();
        awaitPhase(Phase.READY);
    }

    @Test
    void a_directory_in_the_place_of_the_file_is_said() throws IOException {
        Files.createDirectories(file());
        start(file());
        awaitPhase(Phase.MISCONFIGURED);
        assertThat(component.state().status().message()).contains("is a directory");
    }

    @Test
    void a_file_in_the_place_of_the_directory_is_said_and_mended_while_running() throws IOException {
        Files.writeString(file().getParent(), "x");
        start(file());
        awaitPhase(Phase.MISCONFIGURED);
        Files.delete(file().getParent());
        awaitPhase(Phase.READY);
    }

    @Test
    void configurations_that_make_no_sense_are_explained() {
        Map<String, String> wrong = Map.of(
                "jdbc:postgresql://x/y", "must begin with jdbc:sqlite: or jdbc:mariadb:",
                "jdbc:sqlite:relative.db", "absolute path",
                "jdbc:sqlite:/a.db?journal_mode=OFF", "absolute path",
                "jdbc:mariadb://h/d?user=u&password=geheim", "contains a password");
        wrong.forEach((url, expected) -> {
            assertThat(problem(new TestConfig(url, "", "", "")))
                    .contains(expected)
                    .contains("etc/io.holdfast.core.catalog.cfg")
                    .doesNotContain("geheim");
        });
        assertThat(problem(new TestConfig("jdbc:mariadb://h/d", "u", "", "/no/such/file")))
                .contains("/no/such/file");
    }

    @Test
    void an_empty_url_means_sqlite_in_the_data_directory() throws UnusableException {
        Database database = CatalogComponent.database(new TestConfig("", "", "", ""), directory);
        assertThat(database.displayName()).isEqualTo("SQLite " + directory.resolve("catalog/catalog.db"));
    }

    @Test
    void a_database_server_that_is_away_is_tried_again() {
        start(() -> new MariaDbDatabase("jdbc:mariadb://127.0.0.1:1/holdfast?connectTimeout=500", "u", "geheim", 2));
        awaitPhase(Phase.UNREACHABLE);
        assertThat(component.state().status().database()).isEqualTo("MariaDB //127.0.0.1:1/holdfast");
        assertThat(component.state().status().message()).doesNotContain("geheim");
    }

    private static ErrorKind failureOf(Catalog catalog) {
        try {
            for (int i = 0; i < 100; i++) {
                catalog.providers().list(PageRequest.first(1_000));
                catalog.providers().find("id" + i);
            }
            return null;
        } catch (CatalogException e) {
            return e.kind();
        }
    }

    /** Leaves a catalogue of some hundred pages. */
    private void fill() {
        start(file());
        awaitPhase(Phase.READY);
        String text = "x".repeat(5_000);
        for (int i = 0; i < 100; i++) {
            published
                    .get()
                    .providers()
                    .add(new Provider("id" + i, "t", "n" + i, Map.of("k", List.of(text)), Health.unknown()));
        }
        component.deactivate();
    }

    private String problem(TestConfig config) {
        try {
            CatalogComponent.database(config, directory);
            return "no problem";
        } catch (UnusableException e) {
            return e.getMessage();
        }
    }

    private Path file() {
        return directory.resolve("catalog").resolve("catalog.db");
    }

    private void start(Path file) {
        start(() -> new SqliteDatabase(file, Duration.ofSeconds(3)));
    }

    private void start(CatalogOpener.DatabaseSource databases) {
        component = new CatalogComponent(
                databases,
                catalog -> {
                    published.set(catalog);
                    return () -> published.set(null);
                },
                state -> () -> withdrawn.set(true),
                IMPATIENT);
    }

    private void awaitPhase(Phase phase) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> component.state().status(), (Status status) -> status.phase() == phase);
    }

    private static String pragma(Statement statement, String name) throws Exception {
        try (var rows = statement.executeQuery("PRAGMA " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
