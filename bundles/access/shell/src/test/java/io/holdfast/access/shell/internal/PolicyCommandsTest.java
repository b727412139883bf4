package io.holdfast.access.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicySpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PolicyCommandsTest {

    private final FakeCore core = new FakeCore();
    private final TypedCommands typed = new TypedCommands(core);

    @AfterEach
    void restore() {
        typed.close();
    }

    private PolicySpec spec(String id) {
        return core.policies.policies.get(id).spec();
    }

    @Test
    void aPolicyIsMadeOfWhatWasTyped() throws Exception {
        assertThat(typed.type(new PolicyCommands.Create(), c -> {
                    c.name = "silver";
                    c.destination = "store";
                    c.instances = List.of("data");
                    c.include = List.of("provider=files name=web-*", "label:env=prod");
                    c.exclude = List.of("name=*-test");
                    c.schedules = List.of("at=22:00 zone=Europe/Berlin", "every=4h");
                    c.daily = 7;
                    c.versions = 30;
                    c.proveEvery = 3;
                    c.proveSettings = List.of("mode=safe");
                }))
                .isZero();
        PolicySpec made = spec("o2");
        assertThat(made.kind()).isEqualTo(Policy.Kind.BACKUP);
        assertThat(made.destinationId()).isEqualTo("d1");
        assertThat(made.instances()).isEqualTo(Set.of("i1"));
        assertThat(made.include())
                .containsExactly(MatchText.read("provider=p1 name=web-*"), MatchText.read("label:env=prod"));
        assertThat(made.schedules())
                .containsExactly(ScheduleText.read("at=22:00 zone=Europe/Berlin"), ScheduleText.read("every=4h"));
        assertThat(made.retention()).satisfies(r -> {
            assertThat(r.full()).isEqualTo(new Limits(30, null));
            assertThat(r.keep().daily()).isEqualTo(7);
        });
        assertThat(made.proof()).isEqualTo(new PolicySpec.Proof(3, null, Map.of("mode", List.of("safe"))));
        assertThat(typed.out()).contains("silver", "at=22:00 zone=Europe/Berlin", "one of 3 runs");
    }

    @Test
    void whatIsGivenReplacesThatPartAndTheRestStays() throws Exception {
        PolicySpec before = spec("o1");
        assertThat(typed.type(new PolicyCommands.Update(), c -> {
                    c.policy = "gold";
                    c.schedules = List.of("");
                    c.priority = 5;
                    c.disable = true;
                    c.proveEvery = 0;
                }))
                .isZero();
        PolicySpec after = spec("o1");
        assertThat(after.schedules()).isEmpty();
        assertThat(after.priority()).isEqualTo(5);
        assertThat(after.enabled()).isFalse();
        assertThat(after.proof()).isNull();
        assertThat(after.include()).isEqualTo(before.include());
        assertThat(after.retention()).isEqualTo(before.retention());
        typed.type(new PolicyCommands.Update(), c -> {
            c.policy = "gold";
            c.enable = true;
        });
        assertThat(spec("o1").enabled()).isTrue();
    }

    @Test
    void listsPreviewsAndRunsSayWhatMatters() throws Exception {
        assertThat(typed.type(new PolicyCommands.ListPolicies(), c -> {})).isZero();
        assertThat(typed.out()).contains("gold", "BACKUP", "70");
        assertThat(typed.type(new PolicyCommands.Show(), c -> c.policy = "gold"))
                .isZero();
        assertThat(typed.out()).contains("every=PT4H", "label:env=prod", "full=4/30");
        assertThat(typed.type(new PolicyCommands.Preview(), c -> c.policy = "o1"))
                .isZero();
        assertThat(typed.out()).contains("data", "NAMED", "web-test", "EXCLUDED");
        assertThat(typed.type(new PolicyCommands.Runs(), c -> c.policy = "gold"))
                .isZero();
        assertThat(typed.out()).contains("DONE", "SKIPPED", "A rule excludes it.");
        assertThat(typed.type(new PolicyCommands.Runs(), c -> {
                    c.policy = "gold";
                    c.list = true;
                }))
                .isZero();
        assertThat(typed.out()).contains("schedule", "AUTO");
        assertThat(typed.type(new PolicyCommands.Preview(), c -> {
                    c.policy = "o1";
                    c.json = true;
                }))
                .isZero();
        assertThat(typed.out()).contains("\"standing\" : \"NAMED\"");
    }

    @Test
    void aRunIsBegunByWhoeverTypesIt() throws Exception {
        typed.user = "operator";
        assertThat(typed.type(new PolicyCommands.Run(), c -> {
                    c.policy = "gold";
                    c.full = true;
                }))
                .isZero();
        assertThat(core.policies.asked.origin()).isEqualTo("operator");
        assertThat(core.policies.asked.full()).isTrue();
    }

    @Test
    void rolesDecide() throws Exception {
        typed.user = "viewer";
        assertThat(typed.type(new PolicyCommands.Show(), c -> c.policy = "gold"))
                .isZero();
        assertThat(typed.type(new PolicyCommands.Run(), c -> c.policy = "gold")).isEqualTo(1);
        typed.user = "operator";
        assertThat(typed.type(new PolicyCommands.Delete(), c -> c.policy = "gold"))
                .isEqualTo(1);
        assertThat(typed.type(new PolicyCommands.Update(), c -> c.policy = "gold"))
                .isEqualTo(1);
        typed.user = "admin";
        assertThat(typed.type(new PolicyCommands.Delete(), c -> c.policy = "gold"))
                .isZero();
        assertThat(core.policies.policies).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsSaidInOneLine() throws Exception {
        assertThat(typed.type(new PolicyCommands.Create(), c -> {
                    c.name = "x";
                    c.schedules = List.of("0 22 * * *");
                }))
                .isEqualTo(1);
        assertThat(typed.err()).contains("every=4h", "at=22:00");
        assertThat(typed.type(new PolicyCommands.Create(), c -> {
                    c.name = "x";
                    c.include = List.of("colour=red");
                }))
                .isEqualTo(1);
        assertThat(typed.err()).contains("label:NAME=");
    }
}
