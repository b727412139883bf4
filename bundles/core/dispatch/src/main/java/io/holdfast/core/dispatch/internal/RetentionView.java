package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.policy.BackupPoint;
import io.holdfast.core.policy.Retention;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the policy what a rule keeps of the backups that the catalogue knows. */
final class RetentionView {

    private final Catalog catalog;
    private final Retention retention;

    RetentionView(Catalog catalog, Clock clock) {
        this.catalog = catalog;
        this.retention = new Retention(clock);
    }

    List<RetentionDecision> decide(String destinationId, @Nullable String instanceId, RetentionRule rule) {
        Map<String, Boolean> present = new HashMap<>();
        List<BackupPoint> points = new ArrayList<>();
        for (Backup b : all(destinationId, instanceId)) {
            boolean exists = present.computeIfAbsent(
                    b.instanceId(),
                    id -> catalog.instances().find(id).map(Instance::present).orElse(false));
            boolean damaged = b.verification() == Backup.Verification.DAMAGED;
            points.add(new BackupPoint(
                    b.id(), b.instanceId(), b.created(), b.recorded(), b.incremental(), damaged, exists, b.sequence()));
        }
        // whatever the rule says, the newest good backup of an instance goes only if somebody forgets it
        return retention.decide(points, rule.keepingAtLeast(1));
    }

    /** Every backup on a destination, of one instance or of all. */
    List<Backup> all(String destinationId, @Nullable String instanceId) {
        return Page.all(page -> catalog.backups().list(instanceId, destinationId, page));
    }
}
