package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog.BackupRepository;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.spi.ErrorKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
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
    public void removeAll(Collection<String> ids) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(ids));
        transactions.write("removing " + sorted.size() + " backups", ErrorKind.CONFLICT, manager -> {
            for (int from = 0; from < sorted.size(); from += AT_ONCE) {
                List<String> part = sorted.subList(from, Math.min(sorted.size(), from + AT_ONCE));
                manager.createQuery("DELETE FROM Backup e WHERE e.id IN :ids")
                        .setParameter("ids", part)
                        .executeUpdate();
            }
            return true;
        });
    }
}
