package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog.BackupRepository;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.spi.ErrorKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;
import org.jspecify.annotations.Nullable;

/** Backups. */
final class JpaBackups extends JpaRepository<Backup, BackupRow> implements BackupRepository {

    /** SQLite and MariaDB take far more parameters; this keeps statements and locks small. */
    private static final int AT_ONCE = 500;

    JpaBackups(Transactions transactions) {
        super(
                transactions,
                new Kind<>(
                        BackupRow.class,
                        BackupRow::new,
                        "backup",
                        Backup::id,
                        Backup::id,
                        null,
                        "e.created DESC, e.id DESC"));
    }

    @Override
    public Page<Backup> list(@Nullable String instanceId, @Nullable String destinationId, PageRequest page) {
        Filter filter = new Filter();
        if (instanceId != null) {
            filter.and("e.instanceId = :instanceId", "instanceId", instanceId);
        }
        if (destinationId != null) {
            filter.and("e.destinationId = :destinationId", "destinationId", destinationId);
        }
        return list(filter, page);
    }

    @Override
    public Page<Backup> damaged(String destinationId, PageRequest page) {
        Filter filter = new Filter()
                .and("e.destinationId = :destinationId", "destinationId", destinationId)
                .and("e.verification = :verification", "verification", Backup.Verification.DAMAGED.name());
        return list(filter, page);
    }

    @Override
    public void record(Collection<Backup> told, BinaryOperator<Backup> merge) {
        // one order for all writers, so that two do not wait for each other
        TreeMap<String, Backup> wanted = new TreeMap<>();
        for (Backup backup : told) {
            new BackupRow().set(backup); // refuses what no row can hold before anything is written
            wanted.merge(backup.id(), backup, merge);
        }
        if (wanted.isEmpty()) {
            return;
        }
        if (wanted.size() > PageRequest.MAX_LIMIT) {
            throw new IllegalArgumentException(wanted.size() + " backups at once");
        }
        transactions.write("recording " + wanted.size() + " backups", ErrorKind.NOT_FOUND, manager -> {
            Map<String, BackupRow> there = locked(manager, wanted.keySet());
            wanted.forEach((id, backup) -> {
                BackupRow row = there.get(id);
                if (row == null) {
                    BackupRow fresh = new BackupRow();
                    fresh.set(backup);
                    manager.persist(fresh);
                } else {
                    store(row, merge.apply(row.toRecord(), backup));
                }
            });
            manager.flush();
            return true;
        });
    }

    private static Map<String, BackupRow> locked(EntityManager manager, Collection<String> ids) {
        Map<String, BackupRow> there = new HashMap<>();
        manager.createQuery("SELECT e FROM Backup e WHERE e.id IN :ids ORDER BY e.id", BackupRow.class)
                .setParameter("ids", ids)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .forEach(row -> there.put(row.id, row));
        return there;
    }

    private static void store(BackupRow row, Backup merged) {
        if (!merged.id().equals(row.id)) {
            throw new IllegalArgumentException("recording a backup: the id must stay");
        }
        row.set(merged);
    }

    @Override
    public void removeAll(Collection<String> ids) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(ids));
        transactions.write("removing " + sorted.size() + " backups", ErrorKind.CONFLICT, manager -> {
            for (int from = 0; from < sorted.size(); from += AT_ONCE) {
                List<String> part = sorted.subList(from, Math.min(sorted.size(), from + AT_ONCE));
                manager.createQuery("DELETE FROM Screenshot e WHERE e.backupId IN :ids")
                        .setParameter("ids", part)
                        .executeUpdate();
                manager.createQuery("DELETE FROM Backup e WHERE e.id IN :ids")
                        .setParameter("ids", part)
                        .executeUpdate();
            }
            return true;
        });
    }

    @Override
    public void remove(String id) {
        removeAll(List.of(id));
    }

    @Override
    public Optional<byte[]> screenshot(String id) {
        return transactions.read("reading the screenshot of a backup", manager -> {
            ScreenshotRow row = manager.find(ScreenshotRow.class, id);
            return row == null ? Optional.<byte[]>empty() : Optional.of(row.png);
        });
    }

    @Override
    public void setScreenshot(String id, byte[] png) {
        Columns.key("id", id, Columns.BACKUP_ID);
        if (png.length > ScreenshotRow.MOST) {
            throw Columns.refused(
                    "a screenshot has " + png.length + " bytes; at most " + ScreenshotRow.MOST + " are allowed");
        }
        transactions.write("keeping the screenshot of a backup", ErrorKind.CONFLICT, manager -> {
            // the backup's row is locked, so that it does not go meanwhile, and two do not keep one at once
            if (manager.find(BackupRow.class, id, LockModeType.PESSIMISTIC_WRITE) == null) {
                return false;
            }
            manager.createQuery("DELETE FROM Screenshot e WHERE e.backupId = :id")
                    .setParameter("id", id)
                    .executeUpdate();
            if (png.length > 0) {
                manager.persist(new ScreenshotRow(id, png));
            }
            manager.flush();
            return true;
        });
    }
}
