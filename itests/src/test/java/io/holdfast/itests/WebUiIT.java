package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Browser;
import io.holdfast.itests.harness.GatedProvider;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.VaultFiles;
import io.holdfast.itests.harness.Work;
import io.holdfast.testkit.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an administrator sees and does in a real browser. */
@Lab(Browser.NEEDS)
class WebUiIT {

    private static final long SIZE = 3L << 20;

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private final Operator operator = APPLIANCE.operator();
    private final Scratch scratch = APPLIANCE.scratch();
    private Browser browser;

    @BeforeEach
    void open() {
        browser = Browser.at(APPLIANCE.get());
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private void signedInAt(String path) {
        browser.open(path).signIn("admin", APPLIANCE.get().password());
        browser.awaitText("Sign out");
    }

    /** Neither errors of scripts, nor anything that the content security policy has refused, nor answers that are errors. */
    private void thenThePageHasNothingToComplainOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void who_signs_in_wrongly_is_told_so_and_who_signs_in_rightly_is_in_until_signing_out() {
        browser.open("/");
        browser.signIn("admin", "not the password");
        browser.awaitText("[role=alert]", "Not signed in");
        assertThat(browser.path()).isEqualTo("/ui/");
        assertThat(browser.complaints()).allMatch(line -> line.contains("401"));

        browser.signIn("admin", APPLIANCE.get().password());
        browser.awaitText("h1", "Overview");
        browser.open("/ui/workflows");
        browser.awaitText("h1", "Workflows");
        assertThat(browser.evaluate("localStorage.length + document.cookie.length"))
                .isEqualTo(0L);
        assertThat((String) browser.evaluate("JSON.stringify(sessionStorage)"))
                .doesNotContain(APPLIANCE.get().password());
        String token = (String) browser.evaluate("JSON.parse(sessionStorage.getItem('holdfast.session')).token");

        browser.press("Sign out");
        browser.awaitText("Sign in");
        assertThat(browser.evaluate("sessionStorage.length")).isEqualTo(0L);
        APPLIANCE.get().anonymously().withToken(token).get("me").expect(401);
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void a_login_that_has_ended_leads_back_to_the_way_in_and_then_on() {
        signedInAt("/ui/instances");
        String id = (String) browser.evaluate("JSON.parse(sessionStorage.getItem('holdfast.session')).tokenId");
        operator.rest().delete("tokens/" + id).expect(204);

        browser.follow("Workflows");

        browser.awaitText("Your login has ended");
        browser.signIn("admin", APPLIANCE.get().password());
        browser.awaitText("h1", "Workflows");
    }

    @Test
    void damage_is_found_by_verifying_and_its_machine_and_file_are_named() {
        Path directory = scratch.directory("vault of damage");
        String destination = operator.destination(directory);
        Path tree = scratch.path("<img src=x onerror=alert(1)>");
        SampleTree.plenty(tree, 2, SIZE, 7);
        String instance = operator.directory(tree);
        BackupView backup = operator.backUp(instance, destination);
        String name = operator.rest()
                .get("instances/" + instance)
                .expect(200)
                .json()
                .path("name")
                .asText();
        signedInAt("/ui/backups?destination=" + destination);
        browser.awaitText("td", name);
        browser.awaitText("td", "vault of damage");
        browser.awaitText("td", "never");
        VaultFiles.flip(new VaultFiles(directory).packs().get(0));

        browser.open("/ui/destinations/" + destination);
        browser.awaitText("h1", "vault of damage");
        browser.press("Verify…");
        browser.awaitText("dialog", "Everything on the destination");
        browser.click("dialog button[type=submit]");

        browser.awaitText("#verification", "verification");
        browser.awaitText("section.card .state", "failed");
        browser.awaitText("section.card table", name);
        browser.awaitText("section.card table", "file-");
        assertThat(browser.textOf("section.card")).contains("What is damaged", "has lost");
        browser.awaitText(".facts .state", "damaged");
        assertThat(operator.backup(backup.id()).verification()).isEqualTo("DAMAGED");

        browser.click("section.card table td a[href*='/ui/backups/']");
        browser.awaitText("h1", "Backup of " + name);
        browser.awaitText("[role=status]", "file-");
        browser.follow("Overview");
        browser.awaitText("table", "backup of " + name);
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void a_backup_is_verified_from_its_page_which_shows_what_is_in_it() {
        String destination = operator.destination(scratch.directory("vault of one"));
        Path tree = scratch.path("one");
        SampleTree.odd(tree);
        BackupView backup = operator.backUp(operator.directory(tree), destination);
        signedInAt("/ui/backups/" + backup.id());
        browser.awaitText("not verified as a whole yet");

        browser.press("Verify this backup");

        browser.awaitText("section.card .state", "finished");
        browser.awaitText("Nothing was found wrong");
        browser.awaitText("found whole");
        browser.click("details > summary");
        browser.awaitText(".entries", "dangling link → ../../no/such/thing");
        browser.awaitText(".entries", "empty directory");
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void verifications_of_a_destination_are_found_among_other_work() {
        String destination = operator.destination(scratch.directory("vault of turns"));
        Path tree = scratch.path("turning");
        SampleTree.plenty(tree, 1, 1000, 3);
        operator.backUp(operator.directory(tree), destination);
        operator.verifyAll(destination);

        signedInAt("/ui/workflows?type=VERIFY&destination=" + destination);
        browser.awaitText(".filters", "vault of turns");
        browser.awaitCount("main tbody tr", 1);
        browser.awaitText("main tbody td", "Deep verification");
        browser.follow("show all");
        browser.awaitText("main tbody td", "Deep verification");
        browser.open("/ui/workflows?destination=" + destination);
        browser.awaitText("main tbody td", "Backup");

        browser.open("/ui/destinations/" + destination);
        browser.awaitText(".facts", "all at once");
        browser.awaitText("main tbody td", "Deep verification");
        browser.follow("Overview");
        browser.awaitText("main tbody td", "all at once");
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void a_sudden_change_is_drawn_and_marked() throws IOException {
        String destination = operator.destination(scratch.directory("vault of change"));
        Path tree = scratch.path("changing");
        SampleTree.plenty(tree, 4, SIZE, 11);
        String instance = operator.directory(tree);
        for (int i = 0; i < 7; i++) {
            Files.writeString(tree.resolve("diary"), "day " + i + "\n");
            operator.backUp(instance, destination);
        }
        SampleTree.plenty(tree, 4, SIZE, 99);
        BackupView last = operator.backUp(instance, destination);
        assertThat(last.json().path("suddenChange").asText()).isNotEmpty();

        signedInAt("/ui/instances/" + instance);

        browser.awaitText("h2", "How much changes");
        browser.awaitCount(".chart svg a", 8);
        browser.awaitCount(".chart svg a.sudden", 1);
        assertThat(browser.evaluate("document.querySelector('.chart svg').getAttribute('aria-label')"))
                .asString()
                .contains("8 backups", "1 of them with a sudden change");
        browser.awaitText("td .state", "sudden change");
        browser.click("details > summary");
        browser.awaitText("details table", last.json().path("suddenChange").asText());
        browser.follow("Overview");
        browser.awaitText("td .state", "sudden change");
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void work_is_seen_while_it_runs_and_cancelled() {
        GatedProvider gated = GatedProvider.addTo(APPLIANCE.get(), scratch);
        gated.close();
        Work work = operator.startBackup(gated.instance(), operator.destination(scratch.directory("vault of work")));
        gated.awaitReader();
        signedInAt("/ui/");
        browser.awaitText("td .state", "running");

        browser.open("/ui/workflows/" + work.id());
        browser.awaitText("h1", "Backup");
        browser.awaitText(".progress", "Reading content");
        browser.press("Cancel");

        browser.awaitText(".title .state", "cancelled");
        operator.await(work).inState("CANCELLED");
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void a_viewer_sees_how_things_are_and_is_not_offered_what_is_refused() {
        String destination = operator.destination(scratch.directory("vault to be seen"));
        Path tree = scratch.path("seen");
        SampleTree.plenty(tree, 1, 1000, 5);
        BackupView backup = operator.backUp(operator.directory(tree), destination);
        var user = Rest.object().put("name", "onlooker").put("password", "only looking around");
        user.putArray("roles").add("viewer");
        operator.rest().post("users", user).expect(201);

        browser.open("/ui/destinations/" + destination).signIn("onlooker", "only looking around");
        browser.awaitText("h1", "vault to be seen");
        browser.awaitText("Your roles do not let you verify");
        assertThat(browser.hasButton("Verify…")).isFalse();
        browser.open("/ui/backups/" + backup.id());
        browser.awaitText("Your roles do not let you look into backups");
        assertThat(browser.hasButton("Verify this backup")).isFalse();
        thenThePageHasNothingToComplainOf();
    }

    @Test
    void what_would_come_from_elsewhere_or_make_html_of_text_is_refused_by_the_policy() {
        browser.open("/ui/");
        browser.awaitText("Sign in");

        assertThat(browser.evaluate("(() => { try { document.body.innerHTML = '<b>bold</b>'; return 'done'; }"
                        + " catch (e) { return 'refused'; } })()"))
                .isEqualTo("refused");
        browser.evaluate("(() => { const image = new Image(); image.src = 'https://elsewhere.invalid/x.png'; })()");

        browser.awaitComplaint("Content Security Policy");
    }

    @Test
    void what_is_not_there_is_said_so_and_nothing_is_wider_than_a_phone() {
        operator.destination(scratch.directory("vault with a name as long as somebody might give it without thinking"));
        signedInAt("/ui/destinations/no-such-destination");
        browser.awaitText("[role=alert]", "It may have been removed");
        assertThat(browser.complaints()).allMatch(line -> line.contains("404"));
        browser.open("/ui/no/such/page");
        browser.awaitText("There is no page at this address");

        browser.resize(400, 800);
        for (String path : List.of("/ui/", "/ui/backups", "/ui/instances", "/ui/workflows")) {
            browser.open(path);
            browser.awaitText("h1", "");
            browser.awaitCount(".waiting", 0);
            assertThat((Long) browser.evaluate("document.documentElement.scrollWidth"))
                    .as(path)
                    .isLessThanOrEqualTo(400);
        }
        thenThePageHasNothingToComplainOf();
    }
}
