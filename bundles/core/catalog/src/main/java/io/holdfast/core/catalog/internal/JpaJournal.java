package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog.JournalRepository;
import io.holdfast.core.catalog.JournalEntry;
import io.holdfast.core.catalog.internal.JpaRepository.Filter;
import java.util.List;

/** Announced side effects. */
final class JpaJournal implements JournalRepository {

    private final JpaRepository<JournalEntry, JournalRow> entries;

    JpaJournal(Transactions transactions) {
        this.entries = new JpaRepository<>(
                transactions,
                new Kind<>(
                        JournalRow.class,
                        JournalRow::new,
                        "journal entry",
                        JournalEntry::id,
                        JournalEntry::id,
                        null,
                        "e.created, e.id"));
    }

    @Override
    public void add(JournalEntry entry) {
        entries.add(entry);
    }

    @Override
    public void remove(String id) {
        entries.remove(id);
    }

    @Override
    public List<JournalEntry> ofTask(String taskId) {
        return entries.all(new Filter().and("e.taskId = :taskId", "taskId", taskId), Integer.MAX_VALUE);
    }

    @Override
    public List<JournalEntry> all() {
        return entries.all(new Filter(), Integer.MAX_VALUE);
    }
}
