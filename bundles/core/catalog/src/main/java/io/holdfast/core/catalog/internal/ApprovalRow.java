package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Approval;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** Something that needs a second person. */
@Entity(name = "Approval")
@Table(name = "approvals")
class ApprovalRow implements Row<Approval> {

    private static final int TEXT = 1_000;

    @Id
    String id = "";

    String action = "";
    String subject = "";
    String description = "";
    String request = "";

    @Column(name = "requested_by")
    String requestedBy = "";

    long created;
    long expires;
    String state = "";

    @Column(name = "decided_by")
    String decidedBy = "";

    @Nullable
    Long decided;

    String message = "";

    @Override
    public void set(Approval item) {
        id = Columns.key("id", item.id(), Columns.ID);
        action = Columns.key("action", item.action(), Columns.ID);
        subject = Columns.message(item.subject(), Columns.NAME);
        description = Columns.message(item.description(), TEXT);
        request = Columns.key("request", item.request(), Columns.NAME);
        requestedBy = Columns.key("requestedBy", item.requestedBy(), Columns.ID);
        created = Columns.exactMillis(item.created());
        expires = Columns.exactMillis(item.expires());
        state = item.state().name();
        decidedBy = Columns.exact("decidedBy", item.decidedBy(), Columns.ID);
        decided = Columns.millis(item.decided());
        message = Columns.message(item.message(), TEXT);
    }

    @Override
    public Approval toRecord() {
        return new Approval(
                id,
                action,
                subject,
                description,
                request,
                requestedBy,
                Instant.ofEpochMilli(created),
                Instant.ofEpochMilli(expires),
                Columns.constant(Approval.State.class, state),
                decidedBy,
                Columns.time(decided),
                message);
    }
}
