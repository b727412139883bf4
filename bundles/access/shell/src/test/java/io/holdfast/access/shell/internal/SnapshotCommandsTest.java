package io.holdfast.access.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.policy.RetentionRule.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotCommandsTest {

    private final FakeCore core = new FakeCore();
    private final TypedCommands typed = new TypedCommands(core);

    @AfterEach
    void restore() {
        typed.close();
    }

    private SnapshotOrder order() {
        assertThat(core.workflows.requests).hasSize(1);
        WorkflowRequest.Snapshot request = (WorkflowRequest.Snapshot) core.workflows.requests.get(0);
        assertThat(request.instanceId()).isEqualTo("i1");
        return request.order();
    }

    @Test
    void theListShowsWhoseTheyAre() throws Exception {
        assertThat(typed.type(new SnapshotCommands.ListSnapshots(), c -> c.instance = "data"))
                .isZero();
        assertThat(typed.out()).contains("before upgrade", "Holdfast", "by-hand", "others", "MEMORY", "why");
        assertThat(core.workflows.requests).isEmpty();
    }

    @Test
    void aSnapshotIsTakenWithWhatWasAskedFor() throws Exception {
        assertThat(typed.type(new SnapshotCommands.Create(), c -> {
                    c.instance = "data";
                    c.name = "nightly";
                    c.description = "because";
                    c.quiesce = true;
                }))
                .isZero();
        assertThat(order()).isEqualTo(new SnapshotOrder.Take("nightly", "because", true));
    }

    @Test
    void goingBackNeedsAYes() throws Exception {
        assertThat(typed.type(new SnapshotCommands.Revert(), c -> {
                    c.instance = "data";
                    c.snapshot = "before upgrade";
                }))
                .isEqualTo(1);
        assertThat(typed.err()).contains("'data' would lose", "2026-02-03T04:05:06Z", "--yes");
        assertThat(core.workflows.requests).isEmpty();

        assertThat(typed.type(new SnapshotCommands.Revert(), c -> {
                    c.instance = "data";
                    c.snapshot = "hf";
                    c.yes = true;
                }))
                .isZero();
        assertThat(order()).isEqualTo(new SnapshotOrder.Revert("hf-1"));
    }

    @Test
    void aSnapshotIsDeletedByItsName() throws Exception {
        assertThat(typed.type(new SnapshotCommands.Delete(), c -> {
                    c.instance = "data";
                    c.snapshot = "before upgrade";
                }))
                .isZero();
        assertThat(order()).isEqualTo(new SnapshotOrder.Delete("hf-1"));
    }

    @Test
    void aRuleIsTriedDryFirst() throws Exception {
        assertThat(typed.type(new SnapshotCommands.Retain(), c -> {
                    c.instance = "data";
                    c.versions = 3;
                    c.dryRun = true;
                }))
                .isZero();
        assertThat(typed.out()).contains("hf-1", "delete", "too many").doesNotContain("by-hand");
        assertThat(core.workflows.requests).isEmpty();

        assertThat(typed.type(new SnapshotCommands.Retain(), c -> {
                    c.instance = "data";
                    c.versions = 3;
                    c.days = 7;
                }))
                .isZero();
        assertThat(order()).isInstanceOfSatisfying(SnapshotOrder.Retain.class, retain -> {
            assertThat(retain.rule().full()).isEqualTo(new Limits(3, 7));
            assertThat(retain.rule().keepMinimum()).isZero();
            assertThat(retain.rule().keepLastWhileSourceExists()).isFalse();
        });
    }

    @Test
    void aRuleThatLimitsNothingIsRefused() throws Exception {
        assertThat(typed.type(new SnapshotCommands.Retain(), c -> c.instance = "data"))
                .isEqualTo(1);
        assertThat(typed.err()).contains("say how many versions");
    }

    @Test
    void rolesDecide() throws Exception {
        typed.user = "viewer";
        assertThat(typed.type(new SnapshotCommands.ListSnapshots(), c -> c.instance = "data"))
                .isZero();
        assertThat(typed.type(new SnapshotCommands.Create(), c -> c.instance = "data"))
                .isEqualTo(1);
        typed.user = "operator";
        assertThat(typed.type(new SnapshotCommands.Create(), c -> c.instance = "data"))
                .isZero();
        assertThat(typed.type(new SnapshotCommands.Delete(), c -> {
                    c.instance = "data";
                    c.snapshot = "hf-1";
                }))
                .isEqualTo(1);
    }
}
