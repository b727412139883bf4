package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryPath;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers files with several names until all of them were seen. */
final class LinkTable {

    private record Inode(long device, long number) {}

    private record First(EntryPath path, FileStat stat, int left) {}

    private final Map<Inode, First> seen = new HashMap<>();

    /** The path under which this file came already; null if it is new, and then remembered. */
    @Nullable
    EntryPath earlier(FileStat stat, EntryPath path) {
        Inode inode = new Inode(stat.device(), stat.inode());
        First first = seen.get(inode);
        if (first == null || !sameFile(first.stat, stat)) {
            seen.put(inode, new First(path, stat, stat.links() - 1));
            return null;
        }
        if (first.left <= 1) {
            seen.remove(inode);
        } else {
            seen.put(inode, new First(first.path, first.stat, first.left - 1));
        }
        return first.path;
    }

    /** Whether it is not a new file that got the number of one deleted meanwhile. */
    private static boolean sameFile(FileStat a, FileStat b) {
        if (a.bornNanos() >= 0 && b.bornNanos() >= 0) {
            return a.bornSeconds() == b.bornSeconds() && a.bornNanos() == b.bornNanos();
        }
        return a.size() == b.size()
                && a.modifiedSeconds() == b.modifiedSeconds()
                && a.modifiedNanos() == b.modifiedNanos();
    }

    int size() {
        return seen.size();
    }
}
