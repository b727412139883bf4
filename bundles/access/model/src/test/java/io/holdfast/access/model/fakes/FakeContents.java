package io.holdfast.access.model.fakes;

import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One tree, {@code files}, with some files at its top. */
public final class FakeContents implements BackupContents {

    public final Map<EntryPath, byte[]> files = new TreeMap<>();

    @Override
    public List<SourceInfo> sources(String backupId) {
        return List.of(new SourceInfo("files", "tree", 1000, files.size()));
    }

    private Entry entry(EntryPath path) {
        EntryAttributes attributes = new EntryAttributes(
                files.get(path).length,
                1_700_000_000,
                5,
                0640,
                1000,
                100,
                EntryAttributes.NONE,
                0,
                EntryAttributes.NONE);
        return new Entry(path, EntryKind.FILE, attributes);
    }

    @Override
    public List<Entry> list(String backupId, String source, EntryPath directory, byte[] after, int limit) {
        return files.keySet().stream()
                .filter(p -> p.parent().orElseThrow().equals(directory))
                .filter(p -> after == null || Arrays.compareUnsigned(p.name(), after) > 0)
                .limit(limit)
                .map(this::entry)
                .toList();
    }

    @Override
    public Optional<Entry> stat(String backupId, String source, EntryPath path) {
        return files.containsKey(path) ? Optional.of(entry(path)) : Optional.empty();
    }

    @Override
    public InputStream read(String backupId, String source, EntryPath path, long offset, long length) {
        byte[] content = files.get(path);
        return new ByteArrayInputStream(content, (int) offset, (int) Math.min(length, content.length - offset));
    }

    @Override
    public List<Problem> problems(String backupId, long offset, int limit) {
        return offset > 0
                ? List.of()
                : List.of(new Problem("files", EntryPath.of("locked"), ErrorKind.PERMISSION, "permission denied"));
    }
}
