package io.holdfast.core.dispatch.internal;

import io.holdfast.core.policy.BackupPoint;
import io.holdfast.core.policy.Retention;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Clock;
import java.util.Collection;
import java.util.List;

/** Asks the policy what a rule keeps of an instance's snapshots. Those of others are not its business. */
final class SnapshotRetention {

    private final Retention retention;

    SnapshotRetention(Clock clock) {
        this.retention = new Retention(clock);
    }

    List<RetentionDecision> decide(String instanceId, Collection<SnapshotInfo> snapshots, RetentionRule rule) {
        List<BackupPoint> points = snapshots.stream()
                .filter(SnapshotInfo::ours)
                .map(s -> new BackupPoint(s.id(), instanceId, s.created(), null, false, false, true))
                .toList();
        return retention.decide(points, rule);
    }
}
