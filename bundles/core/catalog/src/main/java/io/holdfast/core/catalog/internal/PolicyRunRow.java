package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.PolicyRun;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A run of a policy. */
@Entity(name = "PolicyRun")
@Table(name = "policy_runs")
class PolicyRunRow implements Row<PolicyRun> {

    @Id
    String id = "";

    @Column(name = "policy_id")
    String policyId = "";

    @Column(name = "run_number")
    long number;

    String origin = "";

    @Column(name = "full_read")
    int full;

    long due;

    @Nullable
    Long closes;

    long started;

    @Nullable
    Long ended;

    @Override
    public void set(PolicyRun item) {
        id = Columns.key("id", item.id(), Columns.ID);
        policyId = Columns.key("policyId", item.policyId(), Columns.ID);
        number = item.number();
        origin = Columns.key("origin", item.origin(), Columns.ID);
        full = item.full() ? 1 : 0;
        due = Columns.exactMillis(item.due());
        closes = Columns.millis(item.closes());
        started = Columns.exactMillis(item.started());
        ended = Columns.millis(item.ended());
    }

    @Override
    public PolicyRun toRecord() {
        return new PolicyRun(
                id,
                policyId,
                number,
                origin,
                full != 0,
                Instant.ofEpochMilli(due),
                Columns.time(closes),
                Instant.ofEpochMilli(started),
                Columns.time(ended));
    }
}
