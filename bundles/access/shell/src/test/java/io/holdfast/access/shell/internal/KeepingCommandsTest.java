package io.holdfast.access.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.access.model.fakes.FakeWorkflows;
import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.security.Approvals;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepingCommandsTest {

    private final FakeCore core = new FakeCore();
    private final TypedCommands typed = new TypedCommands(core);

    @AfterEach
    void restore() {
        typed.close();
    }

    private void add(String id, long newBytes, long random, Backup.Verification verification, String message) {
        core.catalog.backups.add(new Backup(
                id,
                "i1",
                "d1",
                "w0",
                true,
                Backup.Status.SUCCESS,
                FakeWorkflows.NOW,
                FakeWorkflows.NOW,
                new Backup.Stats(1000, 500, newBytes, 100, 3, 0, 1500, random),
                "",
                message,
                FakeWorkflows.NOW,
                verification,
                null,
                7,
                newBytes > 800 ? "90.0 % is new, usual is 1.0 %" : ""));
    }

    @Test
    void requestsAreListedApprovedAndRejected() throws Exception {
        assertThat(typed.type(new ApprovalCommands.ListApprovals(), c -> {})).isZero();
        assertThat(typed.out()).contains("a1", "PENDING", "eve", "what was asked for");
        assertThat(typed.type(new ApprovalCommands.Approve(), c -> {
                    c.approval = "a1";
                    c.message = "seen";
                }))
                .isZero();
        assertThat(core.approvals.approvals.get("a1").state()).isEqualTo(Approval.State.APPROVED);
        assertThat(core.approvals.approvals.get("a1").message()).isEqualTo("seen");
        assertThat(typed.type(new ApprovalCommands.Reject(), c -> c.approval = "a1"))
                .isZero();
        assertThat(core.approvals.approvals.get("a1").state()).isEqualTo(Approval.State.REJECTED);
    }

    @Test
    void deletingAsksForASecondPersonWhereThatIsWanted() throws Exception {
        core.approvals.needed.addAll(
                List.of(Approvals.DESTINATION_DELETE, Approvals.IMMUTABILITY_SHORTEN, Approvals.BACKUP_DELETE));
        assertThat(typed.type(new DestinationCommands.Delete(), c -> c.destination = "store"))
                .isEqualTo(HoldfastCommand.FAILED);
        assertThat(typed.type(new BackupCommands.Delete(), c -> c.backup = "b1"))
                .isEqualTo(HoldfastCommand.FAILED);
        assertThat(core.approvals.approvals).hasSize(3);
        assertThat(typed.type(new DestinationCommands.Update(), c -> {
                    c.destination = "store";
                    c.immutableDays = 30;
                }))
                .isZero();
        assertThat(typed.type(new DestinationCommands.Update(), c -> {
                    c.destination = "store";
                    c.immutableDays = 3;
                }))
                .isEqualTo(HoldfastCommand.FAILED);
        assertThat(core.estate.destination("d1").orElseThrow().immutableDays()).isEqualTo(30);
    }

    @Test
    void daysThatMakeNoSenseLeaveNoDestinationAndNoHalfAChange() throws Exception {
        assertThat(typed.type(new DestinationCommands.Create(), c -> {
                    c.type = "filesystem";
                    c.name = "other";
                    c.immutableDays = -1;
                }))
                .isEqualTo(HoldfastCommand.FAILED);
        assertThat(core.estate.destinations).hasSize(1);
        assertThat(typed.type(new DestinationCommands.Update(), c -> {
                    c.destination = "store";
                    c.name = "other";
                    c.immutableDays = -1;
                }))
                .isEqualTo(HoldfastCommand.FAILED);
        assertThat(core.estate.destination("d1").orElseThrow().name()).isEqualTo("store");
    }

    private static Backup at(String id, String destination, String workflow) {
        return new Backup(
                id,
                "i1",
                destination,
                workflow,
                true,
                Backup.Status.SUCCESS,
                FakeWorkflows.NOW.plusSeconds(60),
                FakeWorkflows.NOW,
                new Backup.Stats(1000, 500, 400, 100, 3, 0, 1500),
                "",
                "",
                null,
                Backup.Verification.NEVER,
                null,
                0,
                "");
    }

    @Test
    void theLatestBackupIsTheOneThatWasMadeAndNotItsCopy() throws Exception {
        String same = "0".repeat(32) + "." + "1".repeat(24);
        core.catalog.backups.add(at(same + "0000000a", "d2", "w9"));
        core.catalog.backups.add(at(same + "0000000b", "d1", "w8"));
        assertThat(new References(core).backup("latest").destinationId()).isEqualTo("d1");
    }

    @Test
    void changesAreShownWithALineOfBars() throws Exception {
        add("b2", 10, 1, Backup.Verification.NEVER, "");
        add("b3", 900, 890, Backup.Verification.NEVER, "");
        assertThat(typed.type(new InstanceCommands.Changes(), c -> c.instance = "data"))
                .isZero();
        assertThat(typed.out())
                .contains("90.0 % is new, usual is 1.0 %", "1.0 %", "98.9 %")
                .contains("changed  \u2588\u2581\u2584");
        assertThat(Charts.line(Arrays.asList(0.0, null, 0.5, 1.0))).isEqualTo("\u2581 \u2585\u2588");
    }

    @Test
    void damagedBackupsAreNamedWithTheirMachine() throws Exception {
        assertThat(typed.type(new VaultCommands.Damage(), c -> c.destination = "store"))
                .isZero();
        add("b9", 10, 1, Backup.Verification.DAMAGED, "has lost 3 pieces: root etc/passwd");
        assertThat(typed.type(new VaultCommands.Damage(), c -> c.destination = "store"))
                .isEqualTo(HoldfastCommand.PARTIAL);
        assertThat(typed.out()).contains("data", "etc/passwd", "b9");
    }
}
