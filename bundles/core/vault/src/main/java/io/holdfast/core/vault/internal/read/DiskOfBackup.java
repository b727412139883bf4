package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk of a backup as the source of another backup. What is where an earlier backup has the same is unchanged. */
final class DiskOfBackup implements DiskSource {

    private static final int EXTENTS = 1024;

    private final BackupSources sources;
    private final SourceInfo disk;
    private final @Nullable DefaultBackupReader base;

    /** @param base has a disk of that name and size, which the export builds on; null for none */
    DiskOfBackup(BackupSources sources, SourceInfo disk, @Nullable DefaultBackupReader base) {
        this.sources = sources;
        this.disk = disk;
        this.base = base;
    }

    @Override
    public String name() {
        return disk.name();
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public RandomReadable open() throws PluginException {
        RandomReadable content = sources.reading(() -> sources.backup().openDisk(disk.name()));
        DiskChanges changes = new DiskChanges(sources.backup(), base, disk.name());
        return new RandomReadable() {
            @Override
            public long size() {
                return disk.size();
            }

            @Override
            public List<Extent> extents(long offset, long length) throws PluginException {
                return sources.reading(() -> DiskOfBackup.extents(changes, offset, offset + length));
            }

            @Override
            public int read(long offset, ByteBuffer target) throws PluginException {
                return sources.reading(() -> content.read(offset, target));
            }

            @Override
            public void close() throws PluginException {
                content.close();
            }
        };
    }

    private static List<Extent> extents(DiskChanges changes, long offset, long end) throws PluginException {
        List<Extent> extents = new ArrayList<>();
        for (long at = offset; at < end && extents.size() < EXTENTS; ) {
            Extent next = changes.at(at, end);
            Extent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
            if (last != null && last.state() == next.state()) {
                extents.set(extents.size() - 1, new Extent(last.offset(), next.end() - last.offset(), last.state()));
            } else {
                extents.add(next);
            }
            at = next.end();
        }
        return extents;
    }
}
