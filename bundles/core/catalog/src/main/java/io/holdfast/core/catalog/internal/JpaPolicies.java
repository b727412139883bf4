package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog.PolicyRepository;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.spi.ErrorKind;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;
import org.jspecify.annotations.Nullable;

/** Policies and their runs. */
final class JpaPolicies extends JpaRepository<Policy, PolicyRow> implements PolicyRepository {

    private static final int REMOVED_AT_ONCE = 100;

    private final JpaRepository<PolicyRun, PolicyRunRow> runs;
    private final JpaRepository<PolicyRun, PolicyRunRow> oldestRuns;
    private final JpaRepository<PolicyItem, PolicyItemRow> items;

    JpaPolicies(Transactions transactions) {
        super(
                transactions,
                new Kind<>(
                        PolicyRow.class, PolicyRow::new, "policy", Policy::id, Policy::name, "name", "e.name, e.id"));
        runs = new JpaRepository<>(transactions, runs("e.started DESC, e.id DESC"));
        oldestRuns = new JpaRepository<>(transactions, runs("e.started, e.id"));
        items = new JpaRepository<>(
                transactions,
                new Kind<>(
                        PolicyItemRow.class,
                        PolicyItemRow::new,
                        "item of a run",
                        PolicyItem::id,
                        PolicyItem::id,
                        null,
                        "e.id"));
    }

    private static Kind<PolicyRun, PolicyRunRow> runs(String order) {
        return new Kind<>(
                PolicyRunRow.class, PolicyRunRow::new, "run of a policy", PolicyRun::id, PolicyRun::id, null, order);
    }

    @Override
    public boolean begin(Policy seen, Instant evaluated, PolicyRun run, List<PolicyItem> added) {
        if (run.number() != seen.runs() + 1 || !run.policyId().equals(seen.id())) {
            throw new IllegalArgumentException("this is not the next run of the policy");
        }
        String what = "beginning run " + run.number() + " of policy '" + Columns.line(seen.name(), 100) + "'";
        return transactions.write(what, ErrorKind.NOT_FOUND, manager -> {
            PolicyRow row = unchanged(manager, seen);
            if (row == null) {
                return false;
            }
            row.evaluated = Columns.exactMillis(evaluated);
            row.runs++;
            PolicyRunRow runRow = new PolicyRunRow();
            runRow.set(run);
            manager.persist(runRow);
            manager.flush();
            for (PolicyItem item : added) {
                PolicyItemRow itemRow = new PolicyItemRow();
                itemRow.set(item);
                manager.persist(itemRow);
            }
            manager.flush();
            return true;
        });
    }

    @Override
    public boolean retain(Policy seen, Instant now) {
        String what = "noting the retention of policy '" + Columns.line(seen.name(), 100) + "'";
        return transactions.write(what, ErrorKind.NOT_FOUND, manager -> {
            PolicyRow row = unchanged(manager, seen);
            if (row == null) {
                return false;
            }
            row.retained = Columns.exactMillis(now);
            manager.flush();
            return true;
        });
    }

    /** Locked, if it is still as it was read. */
    private static @Nullable PolicyRow unchanged(EntityManager manager, Policy seen) {
        PolicyRow row = manager.find(PolicyRow.class, seen.id(), LockModeType.PESSIMISTIC_WRITE);
        return row != null && row.toRecord().equals(seen) ? row : null;
    }

    @Override
    public Optional<PolicyRun> findRun(String runId) {
        return runs.find(runId);
    }

    @Override
    public Page<PolicyRun> runs(@Nullable String policyId, PageRequest page) {
        Filter filter = new Filter();
        if (policyId != null) {
            filter.and("e.policyId = :policyId", "policyId", policyId);
        }
        return runs.list(filter, page);
    }

    @Override
    public List<PolicyRun> openRuns(int limit) {
        return oldestRuns.all(new Filter().and("e.ended IS NULL"), limit);
    }

    @Override
    public boolean endRun(String runId, Instant now) {
        return transactions.write("ending a run of a policy", ErrorKind.NOT_FOUND, manager -> {
            PolicyRunRow row = manager.find(PolicyRunRow.class, runId, LockModeType.PESSIMISTIC_WRITE);
            if (row == null || row.ended != null) {
                return false;
            }
            row.ended = Columns.exactMillis(now);
            manager.flush();
            return true;
        });
    }

    @Override
    public List<PolicyItem> items(String runId) {
        return items.all(new Filter().and("e.runId = :runId", "runId", runId), Integer.MAX_VALUE);
    }

    @Override
    public List<PolicyItem> itemsIn(Collection<PolicyItem.State> states, int limit) {
        if (states.isEmpty() || limit <= 0) {
            return List.of();
        }
        List<String> names = states.stream().map(Enum::name).distinct().toList();
        return items.all(new Filter().and("e.state IN :states", "states", names), limit);
    }

    @Override
    public boolean update(PolicyItem seen, PolicyItem after) {
        return transactions.write("updating an item of a run", ErrorKind.NOT_FOUND, manager -> {
            PolicyItemRow row = manager.find(PolicyItemRow.class, seen.id(), LockModeType.PESSIMISTIC_WRITE);
            if (row == null || !row.toRecord().equals(seen)) {
                return false;
            }
            row.set(after);
            manager.flush();
            return true;
        });
    }

    @Override
    public int removeRunsEndedBefore(Instant time) {
        long before = Columns.exactMillis(time);
        int removed = 0;
        int part;
        do {
            part = transactions.write(
                    "removing old runs of policies", ErrorKind.CONFLICT, manager -> removeSome(manager, before));
            removed += part;
        } while (part == REMOVED_AT_ONCE);
        return removed;
    }

    /** A few at a time: others want to write too. Items go with their run, by foreign key. */
    private static int removeSome(EntityManager manager, long before) {
        List<String> ids = manager.createQuery(
                        "SELECT e.id FROM PolicyRun e WHERE e.ended < :before ORDER BY e.ended", String.class)
                .setParameter("before", before)
                .setMaxResults(REMOVED_AT_ONCE)
                .getResultList();
        if (!ids.isEmpty()) {
            manager.createQuery("DELETE FROM PolicyRun e WHERE e.id IN :ids")
                    .setParameter("ids", ids)
                    .executeUpdate();
        }
        return ids.size();
    }
}
