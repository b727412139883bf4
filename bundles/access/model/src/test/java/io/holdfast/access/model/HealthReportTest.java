package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.access.model.fakes.FakeWorkflows;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What health says of the master key. */
class HealthReportTest {

    private final FakeCore core = new FakeCore();
    private final HealthReport report = new HealthReport(core, Clock.fixed(FakeWorkflows.NOW, ZoneOffset.UTC));

    private CheckDto masterKey() {
        return report.take().checks().stream()
                .filter(check -> check.name().equals("master key"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_master_key_that_is_at_hand_is_well() {
        assertThat(masterKey().status()).isEqualTo(HealthDto.Status.READY);
    }

    @Test
    void a_master_key_that_cannot_be_had_is_a_failure_at_once_with_its_reason() {
        core.masterKeys.message = "the token 'backup' is not there";
        assertThat(masterKey().status()).isEqualTo(HealthDto.Status.FAILED);
        assertThat(masterKey().message()).isEqualTo("the token 'backup' is not there");
        assertThat(report.take().status()).isEqualTo(HealthDto.Status.FAILED);
    }

    @Test
    void a_master_key_that_is_still_being_opened_is_waited_for() {
        core.masterKeys.opening = true;
        assertThat(masterKey().status()).isEqualTo(HealthDto.Status.STARTING);
    }
}
