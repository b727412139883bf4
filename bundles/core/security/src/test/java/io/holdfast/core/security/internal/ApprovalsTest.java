package io.holdfast.core.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Approval;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.internal.OpenCatalog;
import io.holdfast.core.security.Approvals;
import io.holdfast.core.security.Principal;
import io.holdfast.core.security.Role;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalsTest {

    private static final Principal EVE = new Principal("eve", Set.of(Role.ADMIN), null);
    private static final Principal EVE_BY_TOKEN = new Principal("eve", Set.of(Role.ADMIN), "t1");
    private static final Principal ADAM = new Principal("adam", Set.of(Role.ADMIN), null);
    private static final Principal OPERATOR = new Principal("otto", Set.of(Role.OPERATOR), null);

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock();
    private OpenCatalog open;
    private ApprovalsComponent approvals;

    @BeforeEach
    void open() throws Exception {
        open = OpenCatalog.sqlite(directory);
        AtomicInteger next = new AtomicInteger(100);
        approvals = new ApprovalsComponent(
                open.catalog(),
                () -> "a" + next.incrementAndGet(),
                clock,
                Set.of(Approvals.BACKUP_DELETE),
                Duration.ofHours(24));
    }

    @AfterEach
    void close() {
        open.close();
    }

    private void forget(Principal who, String backup) throws PluginException {
        approvals.require(who, Approvals.BACKUP_DELETE, backup, "forget backup " + backup, "forget " + backup);
    }

    private Approval newest() {
        return approvals.list(PageRequest.first(10)).items().get(0);
    }

    private static void assertKind(ErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void what_is_not_configured_passes() throws Exception {
        approvals.require(EVE, Approvals.DESTINATION_DELETE, "d1", "remove d1", "d1");
        assertThat(approvals.list(PageRequest.first(10)).items()).isEmpty();
    }

    @Test
    void one_text_can_name_several_actions() {
        assertThat(ApprovalsComponent.actions("backup.delete, key.shred\tpolicy.shorten,"))
                .containsExactlyInAnyOrder(Approvals.BACKUP_DELETE, Approvals.KEY_SHRED, Approvals.POLICY_SHORTEN);
        assertThat(ApprovalsComponent.actions("backup.delete", " key.shred "))
                .containsExactlyInAnyOrder(Approvals.BACKUP_DELETE, Approvals.KEY_SHRED);
        assertThat(ApprovalsComponent.actions()).isEmpty();
        assertThat(ApprovalsComponent.actions("")).isEmpty();
    }

    @Test
    void with_an_unknown_name_every_action_needs_a_second_person() {
        assertThat(ApprovalsComponent.actions("backup.delte"))
                .containsExactlyInAnyOrder(
                        "backup.delte",
                        Approvals.BACKUP_DELETE,
                        Approvals.DESTINATION_DELETE,
                        Approvals.POLICY_SHORTEN,
                        Approvals.IMMUTABILITY_SHORTEN,
                        Approvals.ACCOUNT_CHANGE,
                        Approvals.KEY_SHRED);
    }

    @Test
    void one_asks_another_agrees_and_then_it_can_be_done_once() throws Exception {
        assertThatThrownBy(() -> forget(EVE, "b1")).hasMessageContaining("approval a101 waits until");
        assertThatThrownBy(() -> forget(EVE, "b1")).hasMessageContaining("approval a101 waits until");
        assertThat(newest().state()).isEqualTo(Approval.State.PENDING);

        assertThat(approvals.approve("a101", ADAM, "seen").decidedBy()).isEqualTo("adam");
        forget(EVE_BY_TOKEN, "b1");
        assertThat(newest().state()).isEqualTo(Approval.State.USED);
        assertThatThrownBy(() -> forget(EVE, "b1")).hasMessageContaining("approval a102");
    }

    @Test
    void nobody_agrees_to_his_own_request_nor_without_being_trusted() throws Exception {
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b1"));
        assertKind(ErrorKind.PERMISSION, () -> approvals.approve("a101", EVE, ""));
        assertKind(ErrorKind.PERMISSION, () -> approvals.approve("a101", EVE_BY_TOKEN, ""));
        assertKind(ErrorKind.PERMISSION, () -> approvals.approve("a101", OPERATOR, ""));
        assertKind(ErrorKind.PERMISSION, () -> approvals.reject("a101", OPERATOR, ""));
        assertKind(ErrorKind.NOT_FOUND, () -> approvals.approve("a999", ADAM, ""));
        assertThat(newest().state()).isEqualTo(Approval.State.PENDING);
    }

    @Test
    void an_agreement_is_to_exactly_what_was_asked_for_by_whom() throws Exception {
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b1"));
        approvals.approve("a101", ADAM, "");
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b2"));
        assertKind(ErrorKind.PERMISSION, () -> forget(ADAM, "b1"));
        assertKind(
                ErrorKind.PERMISSION,
                () -> approvals.require(EVE, Approvals.BACKUP_DELETE, "b1", "forget backup b1", "forget b1 and b2"));
        forget(EVE, "b1");
    }

    @Test
    void a_refusal_stays_and_own_requests_can_be_taken_back() throws Exception {
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b1"));
        assertThat(approvals.reject("a101", EVE, "by mistake").state()).isEqualTo(Approval.State.REJECTED);
        assertKind(ErrorKind.CONFLICT, () -> approvals.approve("a101", ADAM, ""));
    }

    @Test
    void both_the_request_and_the_agreement_end_with_time() throws Exception {
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b1"));
        clock.advance(Duration.ofHours(23));
        approvals.approve("a101", ADAM, "");
        clock.advance(Duration.ofHours(1));
        assertThat(newest().state()).isEqualTo(Approval.State.EXPIRED);
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b1"));
        clock.advance(Duration.ofHours(25));
        assertKind(ErrorKind.CONFLICT, () -> approvals.approve("a102", ADAM, ""));
    }

    @Test
    void of_many_that_make_use_of_it_at_once_one_succeeds() throws Exception {
        assertKind(ErrorKind.PERMISSION, () -> forget(EVE, "b1"));
        approvals.approve("a101", ADAM, "");
        long succeeded = IntStream.range(0, 8)
                .parallel()
                .filter(i -> {
                    try {
                        forget(EVE, "b1");
                        return true;
                    } catch (PluginException e) {
                        return false;
                    }
                })
                .count();
        assertThat(succeeded).isOne();
    }
}
