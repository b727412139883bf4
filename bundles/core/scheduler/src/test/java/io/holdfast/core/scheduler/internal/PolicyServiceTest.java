package io.holdfast.core.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.policy.Coverage.Standing;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicyPreview;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.SettingsSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyServiceTest {

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(directory);
        bench.instance("i1", "web-1", true);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static void refused(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void a_policy_comes_back_as_it_was_wanted() throws Exception {
        PolicySpec spec = new PolicySpec(
                "gold",
                Policy.Kind.BACKUP,
                false,
                70,
                "d1",
                Set.of("i1"),
                List.of(MatchText.read("provider=p1 name=web-*")),
                List.of(MatchText.read("label:env=test")),
                List.of(ScheduleText.read("at=22:00 zone=Europe/Berlin"), ScheduleText.read("every=4h")),
                RetentionRule.standard(),
                new PolicySpec.Proof(3, "p1", Map.of("check", List.of("a", "b"))));
        PolicyInfo created = bench.policies.create(spec);
        assertThat(bench.policies.find(created.id()).orElseThrow().spec()).isEqualTo(spec);
        assertThat(bench.policies.list(Bench.ALL).items()).containsExactly(created);
        assertThat(created.nextDue()).as("it is switched off").isNull();
        bench.policies.remove(created.id());
        bench.policies.remove(created.id());
        assertThat(bench.policies.find(created.id())).isEmpty();
    }

    @Test
    void a_preview_tells_who_is_covered_and_when_it_is_due() throws Exception {
        bench.instance("i2", "web-test", true);
        bench.instance("i3", "web-3", false);
        bench.instance("i4", "web-4", true);
        String gold = bench.policies
                .create(Bench.backups("gold", "every=12h", "at=22:00"))
                .id();
        PolicySpec named = Bench.backups("named");
        bench.policies.create(new PolicySpec(
                named.name(), named.kind(), true, 0, "d1", Set.of("i4"), List.of(), List.of(), List.of(), null, null));

        PolicyPreview preview = bench.policies.preview(gold);

        assertThat(preview.decisions())
                .extracting(d -> d.instance().id() + " " + d.standing())
                .containsExactlyInAnyOrder(
                        "i1 " + Standing.MATCHED,
                        "i2 " + Standing.EXCLUDED,
                        "i3 " + Standing.ABSENT,
                        "i4 " + Standing.TAKEN);
        assertThat(preview.next())
                .containsExactly(
                        Instant.parse("2026-05-01T22:00:00Z"),
                        Instant.parse("2026-05-02T00:00:00Z"),
                        Instant.parse("2026-05-02T12:00:00Z"),
                        Instant.parse("2026-05-02T22:00:00Z"),
                        Instant.parse("2026-05-03T00:00:00Z"));
        assertThat(bench.workflows.submitted).isEmpty();
    }

    @Test
    void new_times_are_not_due_for_what_has_passed_and_the_same_times_still_are() throws Exception {
        PolicySpec spec = Bench.backups("gold", "every=4h");
        String id = bench.policies.create(spec).id();
        bench.clock.advance(Duration.ofHours(5));
        bench.policies.update(id, Bench.backups("renamed", "every=4h"));
        bench.engine.look();
        assertThat(bench.runs(id)).hasSize(1);
        bench.clock.advance(Duration.ofHours(5));
        bench.policies.update(id, Bench.backups("renamed", "every=3h"));
        bench.engine.look();
        assertThat(bench.runs(id)).hasSize(1);
    }

    @Test
    void what_would_be_refused_is_known_before_and_changes_nothing() throws Exception {
        String gold = bench.policies.create(Bench.backups("gold")).id();
        bench.policies.create(Bench.backups("silver"));
        bench.policies.check(null, Bench.backups("new"));
        bench.policies.check(gold, Bench.backups("gold"));
        refused(ErrorKind.ALREADY_EXISTS, () -> bench.policies.check(null, Bench.backups("gold")));
        refused(ErrorKind.ALREADY_EXISTS, () -> bench.policies.check(gold, Bench.backups("silver")));
        refused(ErrorKind.NOT_FOUND, () -> bench.policies.check("nowhere", Bench.backups("new")));
        refused(ErrorKind.INVALID_CONFIG, () -> bench.policies.check(null, Bench.backups(" ")));
        assertThat(bench.policies.list(Bench.ALL).items()).hasSize(2);
    }

    @Test
    void a_name_is_taken_once() throws Exception {
        bench.policies.create(Bench.backups("gold"));
        String other = bench.policies.create(Bench.backups("silver")).id();
        refused(ErrorKind.ALREADY_EXISTS, () -> bench.policies.create(Bench.backups("gold")));
        refused(ErrorKind.ALREADY_EXISTS, () -> bench.policies.update(other, Bench.backups("gold")));
    }

    @Test
    void what_makes_no_sense_is_refused() throws Exception {
        refused(ErrorKind.INVALID_CONFIG, () -> bench.policies.create(Bench.backups("  ")));
        refused(
                ErrorKind.INVALID_CONFIG,
                () -> bench.policies.create(Bench.backups("x", "at=22:00 months=2 monthdays=30")));
        refused(
                ErrorKind.INVALID_CONFIG,
                () -> bench.policies.create(Bench.spec("x", Policy.Kind.SNAPSHOT, null, null, "every=4h mode=full")));
        PolicySpec.Proof never = new PolicySpec.Proof(0, null, Map.of());
        refused(
                ErrorKind.INVALID_CONFIG,
                () -> bench.policies.create(Bench.spec("x", Policy.Kind.BACKUP, null, never)));
        PolicySpec.Proof nowhere = new PolicySpec.Proof(1, "nowhere", Map.of());
        refused(ErrorKind.NOT_FOUND, () -> bench.policies.create(Bench.spec("x", Policy.Kind.BACKUP, null, nowhere)));
        String id = bench.policies.create(Bench.backups("gold")).id();
        refused(
                ErrorKind.INVALID_CONFIG,
                () -> bench.policies.update(id, Bench.spec("gold", Policy.Kind.SNAPSHOT, null, null)));
        refused(ErrorKind.NOT_FOUND, () -> bench.policies.preview("nobody"));
        refused(ErrorKind.NOT_FOUND, () -> bench.policies.run("nobody", false, "eve"));
        refused(ErrorKind.NOT_FOUND, () -> bench.policies.items(id, "no run"));
    }

    @Test
    void a_secret_is_not_kept_in_a_policy() {
        SettingsSchema schema = SettingsSchema.of(Setting.of("password", SettingKind.STRING, "Password", "Of the guest")
                .asSecret());
        bench.plugins.add(new PluginDescription(
                PluginKind.STRATEGY,
                "fake",
                "Fake",
                SettingsSchema.of(),
                SettingsSchema.of(),
                SettingsSchema.of(),
                SettingsSchema.of(),
                schema,
                "b",
                "1"));
        PolicySpec.Proof proof = new PolicySpec.Proof(1, null, Map.of("password", List.of("hunter2")));
        assertThatThrownBy(() -> bench.policies.create(Bench.spec("x", Policy.Kind.BACKUP, null, proof)))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("password")
                .hasMessageNotContaining("hunter2");
    }
}
