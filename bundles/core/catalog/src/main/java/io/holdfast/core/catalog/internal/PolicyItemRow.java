package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.PolicyItem;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** What became of an instance in a run of a policy. */
@Entity(name = "PolicyItem")
@Table(name = "policy_items")
class PolicyItemRow implements Row<PolicyItem> {

    private static final int REASON = 32;
    private static final int MESSAGE = 1_000;

    @Id
    String id = "";

    @Column(name = "run_id")
    String runId = "";

    @Column(name = "policy_id")
    String policyId = "";

    @Column(name = "instance_id")
    String instanceId = "";

    String state = "";
    String reason = "";
    String message = "";

    @Column(name = "follow_up")
    String followUp = "";

    @Override
    public void set(PolicyItem item) {
        id = Columns.key("id", item.id(), Columns.ID);
        runId = Columns.key("runId", item.runId(), Columns.ID);
        policyId = Columns.key("policyId", item.policyId(), Columns.ID);
        instanceId = Columns.key("instanceId", item.instanceId(), Columns.ID);
        state = item.state().name();
        reason = Columns.exact("reason", item.reason(), REASON);
        message = Columns.message(item.message(), MESSAGE);
        followUp = Columns.exact("followUp", item.followUp(), Columns.ID);
    }

    @Override
    public PolicyItem toRecord() {
        return new PolicyItem(
                id,
                runId,
                policyId,
                instanceId,
                Columns.constant(PolicyItem.State.class, state),
                reason,
                message,
                followUp);
    }
}
