package io.holdfast.core.catalog.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.holdfast.core.catalog.ApiToken;
import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.User;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.spi.ErrorKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every database must do for the catalogue. Tests share one database and use ids of their own. */
abstract class CatalogContract {

    private static final PageRequest ALL = PageRequest.first(PageRequest.MAX_LIMIT);

    private final String own = UUID.randomUUID().toString().substring(0, 8);

    abstract Catalog catalog();

    // ---- what all kinds share

    @Test
    void a_record_comes_back_as_it_was_stored() {
        Provider provider = Samples.provider(own);
        Destination destination = Samples.destination(own);
        Instance instance = Samples.instance(own, own);
        catalog().providers().add(provider);
        catalog().destinations().add(destination);
        catalog().instances().add(instance);
        var backup = Samples.backup(own, own, own, Samples.NOW);
        catalog().backups().add(backup);
        catalog().nodes().add(Samples.node(own, "node"));
        catalog().users().add(Samples.user(own));
        catalog().tokens().add(Samples.token(own, own));

        assertThat(catalog().providers().find(own)).contains(provider);
        assertThat(catalog().destinations().find(own)).contains(destination);
        assertThat(catalog().instances().find(own)).contains(instance);
        assertThat(catalog().backups().find(own)).contains(backup);
        assertThat(catalog().nodes().find(own)).contains(Samples.node(own, "node"));
        assertThat(catalog().users().find(own)).contains(Samples.user(own));
        assertThat(catalog().tokens().find(own)).contains(Samples.token(own, own));
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(catalog().providers().find("nobody")).isEmpty();
        assertThat(catalog().providers().findByName("nobody")).isEmpty();
        assertThat(catalog().instances().findByExternalId("nobody", "x")).isEmpty();
        assertThat(catalog().workflows().find("nobody")).isEmpty();
        assertThat(catalog().workflows().findTask("nobody")).isEmpty();
        assertThat(catalog().workflows().tasks("nobody")).isEmpty();
        assertThat(catalog().workflows().log("nobody", 0, 10)).isEmpty();
        assertThat(catalog().journal().ofTask("nobody")).isEmpty();
        assertThat(catalog().property("nobody")).isEmpty();
    }

    @Test
    void a_taken_id_is_refused_and_the_first_record_stays() {
        Provider first = Samples.provider(own);
        catalog().providers().add(first);

        Provider second = new Provider(own, "other", "other name " + own, Map.of(), Health.unknown());
        assertFails(ErrorKind.ALREADY_EXISTS, () -> catalog().providers().add(second));
        assertThat(catalog().providers().find(own)).contains(first);
    }

    @Test
    void a_taken_name_is_refused_when_adding_and_when_renaming() {
        catalog().providers().add(Samples.provider(own));
        Provider sameName = renamed(Samples.provider(own + "b"), "provider " + own);
        assertFails(ErrorKind.ALREADY_EXISTS, () -> catalog().providers().add(sameName));

        catalog().providers().add(Samples.provider(own + "b"));
        assertFails(ErrorKind.ALREADY_EXISTS, () -> catalog().providers().update(sameName));
        assertFails(ErrorKind.ALREADY_EXISTS, () -> catalog().providers().change(own + "b", p -> sameName));
        assertThat(catalog().providers().find(own + "b")).contains(Samples.provider(own + "b"));
    }

    @Test
    void names_differ_by_case_by_accent_and_by_trailing_space() {
        for (String name : List.of("Name", "name", "näme", "name ", "nàme")) {
            catalog().providers().add(renamed(Samples.provider(own + name.hashCode()), own + name));
        }
        assertThat(catalog().providers().findByName(own + "name"))
                .hasValueSatisfying(p -> assertThat(p.name()).isEqualTo(own + "name"));
        assertThat(catalog().providers().findByName(own + "NAME")).isEmpty();
        assertThat(catalog().providers().findByName(own + "name  ")).isEmpty();
    }

    @Test
    void updating_replaces_every_value() {
        catalog().destinations().add(Samples.destination(own));
        Destination changed = new Destination(
                own,
                "s3",
                "renamed " + own,
                Map.of("a", List.of()),
                "vault",
                new Health(Health.State.FAILED, "gone", Samples.NOW),
                5L,
                null);

        catalog().destinations().update(changed);

        assertThat(catalog().destinations().find(own)).contains(changed);
    }

    @Test
    void updating_what_is_not_there_is_an_error() {
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().providers().update(Samples.provider(own)));
        assertThat(catalog().providers().find(own)).isEmpty();
    }

    @Test
    void removing_twice_is_harmless() {
        catalog().providers().add(Samples.provider(own));
        catalog().providers().remove(own);
        catalog().providers().remove(own);
        assertThat(catalog().providers().find(own)).isEmpty();
    }

    @Test
    void a_change_that_changes_nothing_gives_the_record() {
        catalog().providers().add(Samples.provider(own));
        assertThat(catalog().providers().change(own, p -> p)).contains(Samples.provider(own));
        assertThat(catalog().providers().change("nobody", p -> p)).isEmpty();
    }

    @Test
    void no_concurrent_change_is_lost() throws Exception {
        catalog().providers().add(new Provider(own, "t", own, Map.of(), Health.unknown()));
        inParallel(8, thread -> {
            for (int i = 0; i < 10; i++) {
                String key = "k" + thread + "x" + i;
                catalog().providers().change(own, p -> {
                    var settings = new java.util.HashMap<>(p.settings());
                    settings.put(key, List.of("v"));
                    return new Provider(p.id(), p.type(), p.name(), settings, p.health());
                });
            }
            return null;
        });
        assertThat(catalog().providers().find(own).orElseThrow().settings()).hasSize(80);
    }

    @Test
    void a_record_that_others_refer_to_is_not_removed() {
        estate();
        catalog().users().add(Samples.user(own));
        catalog().tokens().add(Samples.token(own, own));

        assertFails(ErrorKind.CONFLICT, () -> catalog().providers().remove(own));
        assertFails(ErrorKind.CONFLICT, () -> catalog().destinations().remove(own));
        assertFails(ErrorKind.CONFLICT, () -> catalog().instances().remove(own));
        assertFails(ErrorKind.CONFLICT, () -> catalog().users().remove(own));
        assertThat(catalog().providers().find(own)).isPresent();
    }

    @Test
    void a_record_cannot_refer_to_nothing() {
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().instances().add(Samples.instance(own, "nobody")));
        assertFails(
                ErrorKind.NOT_FOUND,
                () -> catalog().backups().add(Samples.backup(own, "nobody", "nobody", Samples.NOW)));
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().tokens().add(Samples.token(own, "nobody")));
    }

    @Test
    void pages_are_ordered_by_name_and_count_everything() {
        catalog().providers().add(Samples.provider(own));
        for (String name : List.of("c", "a", "e", "b", "d")) {
            catalog().instances().add(named(Samples.instance(own + name, own), name));
        }
        assertThat(names(new PageRequest(0, 2))).containsExactly("a", "b");
        assertThat(names(new PageRequest(2, 2))).containsExactly("c", "d");
        assertThat(names(new PageRequest(4, 2))).containsExactly("e");
        assertThat(names(new PageRequest(5, 2))).isEmpty();
        for (PageRequest page : List.of(new PageRequest(0, 2), new PageRequest(4, 2), new PageRequest(9, 9), ALL)) {
            assertThat(catalog().instances().list(own, null, page).total()).isEqualTo(5);
        }
        assertThat(catalog()
                        .instances()
                        .list(own, null, new PageRequest(Long.MAX_VALUE, 1))
                        .total())
                .isEqualTo(5);
    }

    @Test
    void every_kind_can_be_listed() {
        estate();
        catalog().nodes().add(Samples.node(own, "n"));
        catalog().users().add(Samples.user(own));
        catalog().tokens().add(Samples.token(own, own));
        assertThat(catalog().providers().list(ALL).items()).contains(Samples.provider(own));
        assertThat(catalog().destinations().list(ALL).items()).contains(Samples.destination(own));
        assertThat(catalog().instances().list(ALL).items()).contains(Samples.instance(own, own));
        assertThat(catalog().backups().list(ALL).items()).isNotEmpty();
        assertThat(catalog().nodes().list(ALL).items()).contains(Samples.node(own, "n"));
        assertThat(catalog().users().list(ALL).items()).contains(Samples.user(own));
        assertThat(catalog().tokens().list(ALL).items()).contains(Samples.token(own, own));
    }

    @Test
    void tokens_that_expired_long_ago_go_and_others_stay() {
        var longAgo = Samples.NOW.minusSeconds(1_000_000);
        catalog().users().add(Samples.user(own));
        addToken("gone", longAgo.minusMillis(1));
        addToken("just", longAgo);
        addToken("good", Samples.NOW);
        addToken("ever", null);

        assertThat(catalog().tokens().removeExpiredBefore(longAgo)).isEqualTo(1);

        assertThat(catalog().tokens().list(ALL).items())
                .extracting(ApiToken::id)
                .contains(own + "just", own + "good", own + "ever")
                .doesNotContain(own + "gone");
        assertThat(catalog().tokens().find(own + "gone")).isEmpty();
        assertThat(catalog().tokens().removeExpiredBefore(longAgo)).isZero();
    }

    private void addToken(String name, Instant expires) {
        catalog().tokens().add(new ApiToken(own + name, own, "for scripts", "hash", Samples.NOW, expires));
    }

    @Test
    void users_are_found_by_name_and_tokens_and_nodes_by_id() {
        catalog().users().add(new User(own, "h", Set.of(), false, Samples.NOW));
        catalog().nodes().add(Samples.node(own, "n"));
        assertThat(catalog().users().findByName(own)).contains(new User(own, "h", Set.of(), false, Samples.NOW));
        assertThat(catalog().nodes().findByName(own)).isPresent();
        assertThat(catalog().tokens().findByName(own)).isEmpty();
    }

    // ---- bad input

    @Test
    void text_that_does_not_fit_is_refused_before_it_reaches_the_database() {
        assertFails(ErrorKind.INVALID_CONFIG, () -> add(renamed(Samples.provider(own), "x".repeat(256))));
        assertFails(ErrorKind.INVALID_CONFIG, () -> add(renamed(Samples.provider(own), "")));
        assertFails(ErrorKind.INVALID_CONFIG, () -> add(renamed(Samples.provider("x".repeat(65)), own)));
        assertFails(ErrorKind.INVALID_CONFIG, () -> add(renamed(Samples.provider(own), "half \ud83d")));
        assertFails(ErrorKind.INVALID_CONFIG, () -> add(renamed(Samples.provider(own), "nul \0")));
        assertFails(ErrorKind.INVALID_CONFIG, () -> catalog().setProperty("x".repeat(129), "v"));
        assertFails(ErrorKind.INVALID_CONFIG, () -> catalog().setProperty(own, "x".repeat(16 * 1024 + 1)));
        assertFails(
                ErrorKind.INVALID_CONFIG,
                () -> add(new Provider(
                        own, "t", own, Map.of("k", List.of("x".repeat(JsonColumn.MAX_LENGTH))), Health.unknown())));
        assertThat(catalog().providers().find(own)).isEmpty();
    }

    @Test
    void the_longest_text_fits_whatever_it_is_made_of() {
        catalog().providers().add(Samples.provider(own));
        String unique = own + "€".repeat(247);
        assertThat(unique).hasSize(255);
        Instance longest = new Instance(
                own,
                own,
                "🐘".repeat(512),
                unique,
                "k".repeat(64),
                Long.MAX_VALUE,
                Map.of(),
                Map.of("key", List.of("x".repeat(65_536))),
                false,
                Samples.NOW);
        catalog().instances().add(longest);
        assertThat(catalog().instances().find(own)).contains(longest);
        assertThat(catalog().instances().findByExternalId(own, "🐘".repeat(512)))
                .contains(longest);
    }

    @Test
    void a_message_is_shortened_rather_than_refused() {
        Health endless = new Health(Health.State.FAILED, "🐘\u0007".repeat(5_000) + "\ud83d", Samples.NOW);
        catalog().providers().add(new Provider(own, "t", own, Map.of(), endless));
        String message = catalog().providers().find(own).orElseThrow().health().message();
        assertThat(message).hasSizeLessThanOrEqualTo(4_000).startsWith("🐘?🐘").endsWith("...");
    }

    @Test
    void hostile_text_stays_text() {
        String hostile = own + "'; DROP TABLE providers; -- \\ \" % _ \n\t\u0001";
        catalog().providers().add(renamed(Samples.provider(own), hostile));
        assertThat(catalog().providers().findByName(hostile)).isPresent();
    }

    // ---- properties

    @Test
    void a_property_is_set_replaced_and_removed() {
        catalog().setProperty(own, "one");
        assertThat(catalog().property(own)).contains("one");
        catalog().setProperty(own, "x".repeat(16 * 1024));
        assertThat(catalog().property(own)).contains("x".repeat(16 * 1024));
        catalog().setProperty(own, null);
        catalog().setProperty(own, null);
        assertThat(catalog().property(own)).isEmpty();
    }

    @Test
    void only_one_of_many_sets_a_property_that_is_missing() throws Exception {
        List<String> seen = inParallel(8, thread -> catalog().propertyOrSet(own, "value " + thread));
        assertThat(seen).hasSize(8).containsOnly(catalog().property(own).orElseThrow());
    }

    // ---- instances

    @Test
    void an_external_id_is_unique_within_its_provider() {
        catalog().providers().add(Samples.provider(own));
        catalog().providers().add(Samples.provider(own + "b"));
        catalog().instances().add(Samples.instance(own, own));
        Instance elsewhere = moved(Samples.instance(own, own), own + "2", own + "b");
        catalog().instances().add(elsewhere);

        assertFails(
                ErrorKind.ALREADY_EXISTS,
                () -> catalog().instances().add(moved(Samples.instance(own, own), own + "3", own)));
        assertThat(catalog().instances().findByExternalId(own + "b", "external " + own))
                .contains(elsewhere);
    }

    @Test
    void instances_are_searched_by_a_part_of_the_name_in_any_case() {
        catalog().providers().add(Samples.provider(own));
        for (String name : List.of("WEB-Ärger", "web_2", "db 100%", "Straße")) {
            catalog().instances().add(named(Samples.instance(own + name.hashCode(), own), name));
        }
        assertThat(search("web")).containsExactly("WEB-Ärger", "web_2");
        assertThat(search("äRG")).containsExactly("WEB-Ärger");
        assertThat(search("b_")).containsExactly("web_2");
        assertThat(search("0%")).containsExactly("db 100%");
        assertThat(search("!")).isEmpty();
        assertThat(search("")).hasSize(4);
    }

    // ---- backups

    @Test
    void backups_are_newest_first_and_filtered() {
        estate();
        catalog().destinations().add(Samples.destination(own + "b"));
        for (int i = 0; i < 5; i++) {
            catalog()
                    .backups()
                    .add(Samples.backup(
                            own + "-" + i, own, i % 2 == 0 ? own : own + "b", Samples.NOW.plusSeconds(i + 1)));
        }
        assertThat(backups(own, null)).containsExactly("-4", "-3", "-2", "-1", "-0", "");
        assertThat(backups(own, own + "b")).containsExactly("-3", "-1");
        assertThat(backups(null, own + "b")).containsExactly("-3", "-1");

        catalog().backups().removeAll(List.of(own + "-4", "nobody", own + "-3"));
        catalog().backups().removeAll(List.of());
        assertThat(backups(own, null)).containsExactly("-2", "-1", "-0", "");
    }

    @Test
    void many_backups_are_recorded_at_once_and_those_that_are_there_are_merged() {
        estate();
        Backup there = catalog().backups().find(own).orElseThrow();
        List<Backup> told = IntStream.range(0, 1_000)
                .mapToObj(i -> Samples.backup(i == 7 ? own : own + "-" + i, own, own, Samples.NOW.plusMillis(i)))
                .toList();

        catalog().backups().record(told, (old, fresh) -> fresh.suddenlyChanged("was there " + old.created()));

        assertThat(catalog().backups().list(own, null, PageRequest.first(1)).total())
                .isEqualTo(1_000);
        assertThat(catalog().backups().find(own)).contains(told.get(7).suddenlyChanged("was there " + there.created()));
        assertThat(catalog().backups().find(own + "-999")).contains(told.get(999));

        catalog().backups().record(List.of(told.get(7), told.get(7)), (old, fresh) -> old);
        catalog().backups().record(List.of(), (old, fresh) -> old);
        assertThat(catalog().backups().find(own).orElseThrow().suddenChange()).startsWith("was there");
    }

    @Test
    void damaged_backups_of_a_destination_are_found_newest_first() {
        estate();
        catalog().destinations().add(Samples.destination("2" + own));
        for (int i = 0; i < 4; i++) {
            Backup.Verification found = i == 1 ? Backup.Verification.GOOD : Backup.Verification.DAMAGED;
            String destination = i == 3 ? "2" + own : own;
            Backup b = Samples.backup(own + i, own, destination, Samples.NOW.plusSeconds(i));
            catalog().backups().add(b.verified(Samples.NOW, found, b.message()));
        }
        Page<Backup> damaged = catalog().backups().damaged(own, ALL);
        assertThat(damaged.items()).extracting(Backup::id).containsExactly(own + "2", own + "0");
        assertThat(damaged.total()).isEqualTo(2);
        assertThat(catalog().backups().damaged(own, new PageRequest(1, 1)).items())
                .extracting(Backup::id)
                .containsExactly(own + "0");
        assertThat(catalog().backups().damaged("nobody", ALL).items()).isEmpty();
    }

    @Test
    void backups_are_recorded_whole_or_not_at_all() {
        estate();
        Backup good = Samples.backup(own + "-1", own, own, Samples.NOW);
        Backup stranger = Samples.backup(own + "-2", "nobody", own, Samples.NOW);
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().backups().record(List.of(good, stranger), (old, b) -> b));
        assertThat(catalog().backups().find(good.id())).isEmpty();
    }

    @Test
    void what_a_boot_has_found_is_kept_with_the_backup() {
        estate();
        String console = "[    0.0] Linux\n".repeat(500) + "login:";
        catalog().backups().change(own, b -> booted(b, "passed", console));
        assertThat(catalog().backups().find(own).orElseThrow().boot())
                .isEqualTo(new Backup.Boot(Samples.NOW, true, 1234, "passed", console, "said 1\nsaid 2", true));

        catalog().backups().change(own, b -> booted(b, "it says \u0007", "a\u001b[1mb\n" + "x".repeat(1_000)));
        Backup.Boot clean = catalog().backups().find(own).orElseThrow().boot();
        assertThat(clean.message()).doesNotContain("\u0007");
        assertThat(clean.console()).doesNotContain("\u001b").hasLineCount(2).hasSizeLessThan(500);
    }

    private static Backup booted(Backup b, String message, String console) {
        return b.booted(new Backup.Boot(Samples.NOW, true, 1234, message, console, "said 1\nsaid 2", true));
    }

    @Test
    void the_picture_of_a_boot_goes_with_its_backup() {
        estate();
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        assertThat(catalog().backups().screenshot(own)).isEmpty();

        catalog().backups().setScreenshot(own, large);
        catalog().backups().setScreenshot("nobody", large);
        assertThat(catalog().backups().screenshot(own).orElseThrow()).isEqualTo(large);
        assertThat(catalog().backups().screenshot("nobody")).isEmpty();
        assertFails(ErrorKind.INVALID_CONFIG, () -> catalog().backups().setScreenshot(own, new byte[(1 << 20) + 1]));

        catalog().backups().setScreenshot(own, new byte[] {1});
        assertThat(catalog().backups().screenshot(own).orElseThrow()).containsExactly(1);
        catalog().backups().setScreenshot(own, new byte[0]);
        assertThat(catalog().backups().screenshot(own)).isEmpty();

        catalog().backups().setScreenshot(own, new byte[] {1});
        catalog().backups().remove(own);
        assertThat(catalog().backups().screenshot(own)).isEmpty();
    }

    @Test
    void many_backups_are_removed_at_once() {
        estate();
        List<String> ids =
                IntStream.range(0, 1_200).mapToObj(i -> own + "-" + i).toList();
        catalog().backups().add(Samples.backup(ids.get(7), own, own, Samples.NOW));
        catalog().backups().removeAll(ids);
        assertThat(backups(own, null)).containsExactly("");
    }

    // ---- workflows and tasks

    @Test
    void a_workflow_comes_back_with_its_tasks_by_position() {
        Workflow workflow = Samples.workflow(own, WorkflowState.QUEUED, Samples.NOW);
        Task second = Samples.task(own + "a", own, 1, TaskState.WAITING, 50);
        Task first = Samples.task(own + "b", own, 0, TaskState.QUEUED, 10);
        catalog().workflows().add(workflow, List.of(second, first));

        assertThat(catalog().workflows().find(own)).contains(workflow);
        assertThat(catalog().workflows().tasks(own)).containsExactly(first, second);
        assertThat(catalog().workflows().findTask(own + "a")).contains(second);
    }

    @Test
    void a_workflow_is_added_whole_or_not_at_all() {
        Task good = Samples.task(own + "a", own, 0, TaskState.QUEUED, 50);
        Task stranger = Samples.task(own + "b", "another", 1, TaskState.QUEUED, 50);
        Workflow workflow = Samples.workflow(own, WorkflowState.QUEUED, Samples.NOW);
        assertFails(ErrorKind.INVALID_CONFIG, () -> catalog().workflows().add(workflow, List.of(good, stranger)));
        assertFails(ErrorKind.ALREADY_EXISTS, () -> catalog().workflows().add(workflow, List.of(good, good)));
        assertThat(catalog().workflows().find(own)).isEmpty();
        assertThat(catalog().workflows().findTask(own + "a")).isEmpty();
    }

    @Test
    void an_update_stores_everything_and_counts_the_version() {
        Task task = Samples.task(own, own, 0, TaskState.QUEUED, 50);
        Workflow workflow = Samples.workflow(own, WorkflowState.QUEUED, Samples.NOW);
        catalog().workflows().add(workflow, List.of(task));

        Workflow ended = Samples.workflow(own, WorkflowState.FAILED, Samples.NOW);
        Task running = Samples.with(task, TaskState.RUNNING, 0);
        assertThat(catalog().workflows().update(ended, List.of(running))).isTrue();

        assertThat(catalog().workflows().find(own)).contains(ended);
        assertThat(catalog().workflows().findTask(own)).contains(Samples.with(task, TaskState.RUNNING, 1));
        assertThat(catalog().workflows().update(ended, List.of(Samples.with(task, TaskState.RUNNING, 1))))
                .isTrue();
        assertThat(catalog().workflows().findTask(own).orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void an_update_from_a_stale_task_changes_nothing_at_all() {
        Task a = Samples.task(own + "a", own, 0, TaskState.QUEUED, 50);
        Task b = Samples.task(own + "b", own, 1, TaskState.QUEUED, 50);
        Workflow workflow = Samples.workflow(own, WorkflowState.QUEUED, Samples.NOW);
        catalog().workflows().add(workflow, List.of(a, b));
        catalog().workflows().update(workflow, List.of(b));

        Workflow running = Samples.workflow(own, WorkflowState.RUNNING, Samples.NOW);
        boolean done = catalog()
                .workflows()
                .update(running, List.of(Samples.with(a, TaskState.RUNNING, 0), Samples.with(b, TaskState.RUNNING, 0)));

        assertThat(done).isFalse();
        assertThat(catalog().workflows().find(own)).contains(workflow);
        assertThat(catalog().workflows().findTask(own + "a")).contains(a);
    }

    @Test
    void updating_a_workflow_or_task_that_is_gone_is_an_error() {
        Workflow workflow = Samples.workflow(own, WorkflowState.QUEUED, Samples.NOW);
        Task task = Samples.task(own, own, 0, TaskState.QUEUED, 50);
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().workflows().update(workflow, List.of()));
        catalog().workflows().add(workflow, List.of());
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().workflows().update(workflow, List.of(task)));
    }

    @Test
    void tasks_queue_by_priority_and_age() {
        queue("old-low", 10, 0);
        queue("young-high", 90, 30);
        queue("old-high", 90, 20);
        List<String> order = catalog().workflows().tasksIn(Set.of(TaskState.WAITING), 1_000).stream()
                .map(Task::id)
                .filter(id -> id.startsWith(own))
                .map(id -> id.substring(own.length()))
                .toList();
        assertThat(order).containsExactly("old-high", "young-high", "old-low");
        assertThat(catalog().workflows().tasksIn(Set.of(TaskState.WAITING), 1)).hasSize(1);
        assertThat(catalog().workflows().tasksIn(Set.of(), 10)).isEmpty();
    }

    @Test
    void workflows_are_listed_by_state_and_instance_newest_first() {
        String instance = "i" + own;
        for (int i = 0; i < 3; i++) {
            WorkflowState state = i == 1 ? WorkflowState.FAILED : WorkflowState.QUEUED;
            Workflow w = Samples.workflow(own + i, state, Samples.NOW.plusSeconds(i));
            catalog().workflows().add(about(w, instance), List.of());
        }
        assertThat(workflows(Set.of(), instance)).containsExactly("2", "1", "0");
        assertThat(workflows(Set.of(WorkflowState.FAILED), instance)).containsExactly("1");
        assertThat(workflows(Set.of(WorkflowState.FAILED, WorkflowState.QUEUED), instance))
                .hasSize(3);
        assertThat(workflows(Set.of(WorkflowState.RUNNING), instance)).isEmpty();
    }

    @Test
    void workflows_are_listed_by_type_and_destination_newest_first() {
        addWorkflow(0, WorkflowType.VERIFY, WorkflowState.FINISHED, "d1" + own);
        addWorkflow(1, WorkflowType.BACKUP, WorkflowState.FINISHED, "d1" + own);
        addWorkflow(2, WorkflowType.VERIFY, WorkflowState.FAILED, "d1" + own);
        addWorkflow(3, WorkflowType.VERIFY, WorkflowState.FINISHED, "d2" + own);
        addWorkflow(4, WorkflowType.PRUNE, WorkflowState.FINISHED, "d1" + own);

        WorkflowFilter onFirst = WorkflowFilter.all().on("d1" + own);
        WorkflowFilter verifications = onFirst.of(Set.of(WorkflowType.VERIFY));
        assertThat(workflows(onFirst)).containsExactly("4", "2", "1", "0");
        assertThat(workflows(verifications)).containsExactly("2", "0");
        assertThat(workflows(verifications.in(Set.of(WorkflowState.FINISHED)))).containsExactly("0");
        assertThat(workflows(verifications.about("i" + own))).isEmpty();
        assertThat(workflows(onFirst.of(Set.of(WorkflowType.VERIFY, WorkflowType.PRUNE))))
                .containsExactly("4", "2", "0");
        Page<Workflow> newest = catalog().workflows().list(verifications, PageRequest.first(1));
        assertThat(newest.items()).extracting(Workflow::id).containsExactly(own + "2");
        assertThat(newest.total()).isEqualTo(2);
        assertThat(newest.items()).allMatch(verifications::matches);
    }

    private void addWorkflow(int number, WorkflowType type, WorkflowState state, String destination) {
        Workflow w = Samples.workflow(own + number, state, Samples.NOW.plusSeconds(number));
        catalog().workflows().add(of(w, type, destination), List.of());
    }

    @Test
    void old_workflows_leave_with_tasks_and_logs_and_the_journal_stays() {
        var longAgo = Samples.NOW.minusSeconds(1_000_000);
        for (int i = 0; i < 150; i++) {
            catalog().workflows().add(Samples.workflow(own + i, WorkflowState.FINISHED, longAgo), List.of());
        }
        Task task = Samples.task(own, own, 0, TaskState.FINISHED, 50);
        catalog().workflows().add(Samples.workflow(own, WorkflowState.FINISHED, longAgo), List.of(task));
        catalog().workflows().appendLog(own, List.of(Samples.line("x")));
        catalog().journal().add(Samples.journal(own, own, Samples.NOW));
        catalog().workflows().add(Samples.workflow(own + "r", WorkflowState.RUNNING, longAgo), List.of());

        assertThat(catalog().workflows().removeEndedBefore(longAgo.plusSeconds(61)))
                .isEqualTo(151);

        assertThat(catalog().workflows().findTask(own)).isEmpty();
        assertThat(catalog().workflows().log(own, 0, 10)).isEmpty();
        assertThat(catalog().workflows().find(own + "r")).isPresent();
        assertThat(catalog().journal().ofTask(own)).hasSize(1);
        assertThat(catalog().workflows().removeEndedBefore(longAgo)).isZero();
    }

    @Test
    void many_threads_update_tasks_without_losing_one_change() throws Exception {
        int threads = 16;
        int rounds = 15;
        for (int i = 0; i < threads; i++) {
            Task task = Samples.task(own + i, own + i, 0, TaskState.QUEUED, 50);
            catalog().workflows().add(Samples.workflow(own + i, WorkflowState.QUEUED, Samples.NOW), List.of(task));
        }
        // two threads fight for each task
        inParallel(threads, thread -> {
            String id = own + thread / 2;
            for (int i = 0; i < rounds; i++) {
                boolean done;
                do {
                    Task task = catalog().workflows().findTask(id).orElseThrow();
                    Workflow workflow = catalog().workflows().find(id).orElseThrow();
                    done = catalog()
                            .workflows()
                            .update(workflow, List.of(Samples.with(task, TaskState.RUNNING, task.version())));
                } while (!done);
                catalog().workflows().appendLog(id, List.of(Samples.line("round " + i)));
            }
            return null;
        });
        for (int i = 0; i < threads / 2; i++) {
            assertThat(catalog().workflows().findTask(own + i).orElseThrow().version())
                    .isEqualTo(2L * rounds);
            assertThat(catalog().workflows().log(own + i, 0, 1_000))
                    .extracting(TaskLogLine::number)
                    .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(1, 2L * rounds)
                            .boxed()
                            .toList());
        }
    }

    // ---- logs and journal

    @Test
    void a_log_is_numbered_without_gaps_and_read_in_parts() {
        catalog()
                .workflows()
                .add(
                        Samples.workflow(own, WorkflowState.RUNNING, Samples.NOW),
                        List.of(Samples.task(own, own, 0, TaskState.RUNNING, 50)));
        catalog().workflows().appendLog(own, List.of(Samples.line("a"), Samples.line("b")));
        catalog().workflows().appendLog(own, List.of());
        catalog().workflows().appendLog(own, List.of(Samples.line("c\nd\u0007")));

        List<TaskLogLine> lines = catalog().workflows().log(own, 1, 10);
        assertThat(lines).extracting(TaskLogLine::number).containsExactly(2L, 3L);
        assertThat(lines).extracting(TaskLogLine::message).containsExactly("b", "c d?");
        assertThat(catalog().workflows().log(own, 0, 1)).hasSize(1);
        assertThat(catalog().workflows().log(own, 3, 10)).isEmpty();
    }

    @Test
    void logging_for_a_task_that_is_gone_is_an_error() {
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().workflows().appendLog("nobody", List.of(Samples.line("x"))));
    }

    @Test
    void the_journal_keeps_what_is_not_undone_oldest_first() {
        catalog().journal().add(Samples.journal(own + "b", own, Samples.NOW.plusSeconds(1)));
        catalog().journal().add(Samples.journal(own + "a", own, Samples.NOW));
        assertThat(catalog().journal().ofTask(own))
                .containsExactly(
                        Samples.journal(own + "a", own, Samples.NOW),
                        Samples.journal(own + "b", own, Samples.NOW.plusSeconds(1)));
        assertThat(catalog().journal().all()).containsAll(catalog().journal().ofTask(own));
        catalog().journal().remove(own + "a");
        catalog().journal().remove(own + "a");
        assertThat(catalog().journal().ofTask(own)).hasSize(1);
        assertFails(
                ErrorKind.ALREADY_EXISTS, () -> catalog().journal().add(Samples.journal(own + "b", own, Samples.NOW)));
    }

    // ---- helpers of these tests

    // ---- policies

    private Policy policy(String id) {
        Policy policy = Samples.policy(id, own);
        catalog().policies().add(policy);
        return policy;
    }

    @Test
    void a_policy_comes_back_and_is_found_by_its_name() {
        catalog().destinations().add(Samples.destination(own));
        Policy policy = policy(own);
        Policy snapshots = new Policy(
                own + "s",
                "snapshots " + own,
                Policy.Kind.SNAPSHOT,
                false,
                0,
                null,
                Map.of(),
                Samples.NOW,
                Samples.NOW.plusSeconds(1),
                3,
                Samples.NOW.plusSeconds(2));
        catalog().policies().add(snapshots);

        assertThat(catalog().policies().find(own)).contains(policy);
        assertThat(catalog().policies().findByName("snapshots " + own)).contains(snapshots);
        Policy sameName = Samples.policy(own, own);
        assertFails(ErrorKind.ALREADY_EXISTS, () -> catalog()
                .policies()
                .change(
                        own + "s",
                        p -> new Policy(
                                p.id(),
                                sameName.name(),
                                p.kind(),
                                p.enabled(),
                                p.priority(),
                                p.destinationId(),
                                p.definition(),
                                p.created(),
                                p.evaluated(),
                                p.runs(),
                                p.retained())));
    }

    @Test
    void a_destination_that_a_policy_uses_is_not_removed() {
        catalog().destinations().add(Samples.destination(own));
        policy(own);
        assertFails(ErrorKind.CONFLICT, () -> catalog().destinations().remove(own));
        assertFails(ErrorKind.NOT_FOUND, () -> catalog().policies().add(Samples.policy(own + "b", "nowhere")));
    }

    @Test
    void a_run_begins_once_however_many_want_to() throws Exception {
        catalog().destinations().add(Samples.destination(own));
        Policy seen = policy(own);
        List<Boolean> begun = atOnce(8, i -> {
            PolicyRun run = Samples.run(own + i, seen, Samples.NOW.plusSeconds(60));
            PolicyItem item = Samples.item(own + "item" + i, run.id(), own, PolicyItem.State.PLANNED);
            return catalog().policies().begin(seen, Samples.NOW.plusSeconds(60), run, List.of(item));
        });

        assertThat(begun).containsOnlyOnce(true);
        assertThat(catalog().policies().find(own)).hasValueSatisfying(p -> {
            assertThat(p.runs()).isEqualTo(1);
            assertThat(p.evaluated()).isEqualTo(Samples.NOW.plusSeconds(60));
        });
        PolicyRun run = catalog().policies().runs(own, ALL).items().get(0);
        assertThat(run.number()).isEqualTo(1);
        assertThat(catalog().policies().items(run.id()))
                .singleElement()
                .isEqualTo(Samples.item(
                        own + "item" + run.id().substring(own.length()), run.id(), own, PolicyItem.State.PLANNED));
    }

    @Test
    void a_policy_that_was_changed_or_removed_begins_no_run() {
        catalog().destinations().add(Samples.destination(own));
        Policy seen = policy(own);
        PolicyRun run = Samples.run(own, seen, Samples.NOW);
        assertThat(catalog().policies().retain(seen, Samples.NOW)).isTrue();
        assertThat(catalog().policies().retain(seen, Samples.NOW)).isFalse();
        assertThat(catalog().policies().begin(seen, Samples.NOW, run, List.of()))
                .isFalse();
        catalog().policies().remove(own);
        assertThat(catalog().policies().begin(seen, Samples.NOW, run, List.of()))
                .isFalse();
        assertThat(catalog().policies().findRun(own)).isEmpty();
    }

    @Test
    void an_item_is_taken_on_by_one_only_and_a_run_ends_once() {
        catalog().destinations().add(Samples.destination(own));
        Policy seen = policy(own);
        PolicyRun run = Samples.run(own, seen, Samples.NOW);
        PolicyItem planned = Samples.item(own, own, own, PolicyItem.State.PLANNED);
        PolicyItem done = new PolicyItem(own, own, own, "instance of " + own, PolicyItem.State.DONE, "", "fine", "w");
        catalog().policies().begin(seen, Samples.NOW, run, List.of(planned));

        assertThat(catalog().policies().itemsIn(Set.of(PolicyItem.State.PLANNED), 1_000))
                .contains(planned);
        assertThat(catalog().policies().update(planned, done)).isTrue();
        assertThat(catalog().policies().update(planned, done)).isFalse();
        assertThat(catalog().policies().items(own)).containsExactly(done);
        assertThat(catalog().policies().openRuns(1_000)).contains(run);
        assertThat(catalog().policies().endRun(own, Samples.NOW.plusSeconds(9))).isTrue();
        assertThat(catalog().policies().endRun(own, Samples.NOW.plusSeconds(10)))
                .isFalse();
        assertThat(catalog().policies().openRuns(1_000))
                .extracting(PolicyRun::id)
                .doesNotContain(own);
        assertThat(catalog().policies().findRun(own))
                .hasValueSatisfying(r -> assertThat(r.ended()).isEqualTo(Samples.NOW.plusSeconds(9)));
    }

    @Test
    void old_runs_leave_with_their_items_and_a_policy_with_its_runs() {
        catalog().destinations().add(Samples.destination(own));
        for (int i = 0; i < 3; i++) {
            Policy seen = i == 0 ? policy(own) : catalog().policies().find(own).orElseThrow();
            PolicyRun run = Samples.run(own + i, seen, Samples.NOW.minusSeconds(1_000_000_000L - i));
            PolicyItem item = Samples.item(own + i, run.id(), own, PolicyItem.State.SKIPPED);
            assertThat(catalog().policies().begin(seen, Samples.NOW, run, List.of(item)))
                    .isTrue();
        }
        assertThat(catalog().policies().runs(own, ALL).items())
                .extracting(PolicyRun::number)
                .containsExactly(3L, 2L, 1L);
        catalog().policies().endRun(own + "0", Samples.NOW.minusSeconds(900_000_000L));

        assertThat(catalog().policies().removeRunsEndedBefore(Samples.NOW.minusSeconds(800_000_000L)))
                .isEqualTo(1);
        assertThat(catalog().policies().items(own + "0")).isEmpty();
        catalog().policies().remove(own);
        assertThat(catalog().policies().runs(own, ALL).items()).isEmpty();
        assertThat(catalog().policies().items(own + "1")).isEmpty();
    }

    private static List<Boolean> atOnce(int threads, IntFunction<Boolean> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Boolean>> calls = IntStream.range(0, threads)
                    .<Callable<Boolean>>mapToObj(i -> () -> work.apply(i))
                    .toList();
            List<Boolean> results = new ArrayList<>();
            for (Future<Boolean> result : pool.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private void estate() {
        catalog().providers().add(Samples.provider(own));
        catalog().destinations().add(Samples.destination(own));
        catalog().instances().add(Samples.instance(own, own));
        catalog().backups().add(Samples.backup(own, own, own, Samples.NOW));
    }

    private void add(Provider provider) {
        catalog().providers().add(provider);
    }

    private void queue(String id, int priority, int seconds) {
        Workflow workflow = Samples.workflow(own + id, WorkflowState.QUEUED, Samples.NOW.plusSeconds(seconds));
        Task task = Samples.task(own + id, own + id, 0, TaskState.WAITING, priority);
        catalog().workflows().add(workflow, List.of(task));
    }

    private List<String> names(PageRequest page) {
        return catalog().instances().list(own, null, page).items().stream()
                .map(Instance::name)
                .toList();
    }

    private List<String> search(String part) {
        return catalog().instances().list(own, part, ALL).items().stream()
                .map(Instance::name)
                .toList();
    }

    private List<String> backups(String instance, String destination) {
        return catalog().backups().list(instance, destination, ALL).items().stream()
                .map(b -> b.id().substring(own.length()))
                .toList();
    }

    private List<String> workflows(Set<WorkflowState> states, String instance) {
        return workflows(WorkflowFilter.all().in(states).about(instance));
    }

    private List<String> workflows(WorkflowFilter filter) {
        Page<Workflow> page = catalog().workflows().list(filter, ALL);
        assertThat(page.total()).isEqualTo(page.items().size());
        return page.items().stream().map(w -> w.id().substring(own.length())).toList();
    }

    private static Provider renamed(Provider p, String name) {
        return new Provider(p.id(), p.type(), name, p.settings(), p.health());
    }

    private static Instance named(Instance i, String name) {
        return new Instance(
                i.id(),
                i.providerId(),
                "external " + name,
                name,
                i.kind(),
                i.sizeBytes(),
                i.labels(),
                i.settings(),
                i.present(),
                i.lastSeen());
    }

    private static Instance moved(Instance i, String id, String providerId) {
        return new Instance(
                id,
                providerId,
                i.externalId(),
                i.name(),
                i.kind(),
                i.sizeBytes(),
                i.labels(),
                i.settings(),
                i.present(),
                i.lastSeen());
    }

    private static Workflow about(Workflow w, String instance) {
        return with(w, w.type(), instance, w.destinationId());
    }

    private static Workflow of(Workflow w, WorkflowType type, String destination) {
        return with(w, type, w.instanceId(), destination);
    }

    private static Workflow with(Workflow w, WorkflowType type, String instance, String destination) {
        return new Workflow(
                w.id(),
                type,
                w.state(),
                w.origin(),
                w.priority(),
                w.providerId(),
                instance,
                destination,
                w.backupId(),
                w.parameters(),
                w.created(),
                w.started(),
                w.ended(),
                w.message(),
                w.errorKind());
    }

    private static void assertFails(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(CatalogException.class))
                .extracting(CatalogException::kind)
                .isEqualTo(kind);
    }

    private interface Work<T> {
        T of(int thread) throws Exception;
    }

    private static <T> List<T> inParallel(int threads, Work<T> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                calls.add(() -> work.of(thread));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void approvals_are_kept_newest_first_and_changed_in_one_transaction() {
        Approval first = new Approval(
                "a1",
                "backup.delete",
                "b1",
                "forget backup b1",
                "0123",
                "eve",
                Samples.NOW,
                Samples.NOW.plusSeconds(60),
                Approval.State.PENDING,
                "",
                null,
                "");
        Approval second = new Approval(
                "a2",
                "policy.shorten",
                "gold",
                "keep 3 instead of 7",
                "4567",
                "eve",
                Samples.NOW,
                Samples.NOW.plusSeconds(60),
                Approval.State.APPROVED,
                "adam",
                Samples.NOW,
                "fine");
        catalog().approvals().add(first);
        catalog().approvals().add(second);
        assertThat(catalog().approvals().list(PageRequest.first(10)).items()).containsExactly(second, first);
        assertThat(catalog().approvals().find("a2")).contains(second);
    }
}
