package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.util.Set;
import java.util.TreeSet;

/** What a backup marks in its listings. */
public final class Changed {

    private Changed() {}

    /** The entries of a tree that changed while they were read. */
    public static Set<EntryPath> files(BackupReader backup, String source) throws PluginException {
        TreeReader tree = ((DefaultBackupReader) backup).tree(source);
        Set<EntryPath> changed = new TreeSet<>();
        for (int block = 0; block < tree.blockCount(); block++) {
            for (TreeReader.Row row : tree.rows(block, Contexts.uncancelled())) {
                if (row.changed()) {
                    changed.add(row.entry().path());
                }
            }
        }
        return changed;
    }
}
