package io.holdfast.core.worker.internal;

import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.internal.OpenBackups.Lent;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.TreeEntry;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks into backups through readers that stay open for a while. */
public final class ContentsService implements BackupContents, AutoCloseable {

    private static final int MOST = 1_000;

    private final OpenBackups backups;

    /** Opens nothing yet. */
    public ContentsService(
            WorkerSettings settings, ControlPlane plane, PluginRegistry registry, VaultFactory vaults, Clock clock) {
        PluginLinks plugins = new PluginLinks(registry, settings.directory().resolve("state"), clock);
        this.backups = new OpenBackups(settings, plane, new VaultLinks(plugins, vaults));
    }

    @Override
    public List<SourceInfo> sources(String backupId) throws PluginException {
        try (Lent lent = backups.borrow(backupId)) {
            return lent.reader().sources().stream()
                    .map(s -> info(lent.reader(), s))
                    .toList();
        }
    }

    private static SourceInfo info(BackupReader reader, io.holdfast.core.vault.SourceInfo s) {
        boolean bytes = s.shape() == io.holdfast.core.vault.SourceInfo.Shape.DISK
                || s.shape() == io.holdfast.core.vault.SourceInfo.Shape.STREAM;
        // a backup of one tree is as large as that tree; of several nobody has added up each
        long logical = bytes
                ? s.size()
                : reader.sources().size() == 1 ? reader.summary().stats().logicalBytes() : -1;
        return new SourceInfo(s.name(), s.shape().name().toLowerCase(Locale.ROOT), logical, bytes ? 1 : s.size());
    }

    @Override
    public List<Entry> list(String backupId, String source, EntryPath directory, byte @Nullable [] after, int limit)
            throws PluginException {
        checkLimit(limit);
        try (Lent lent = backups.borrow(backupId)) {
            requireTree(lent.reader(), source);
            if (!directory.isRoot()) {
                TreeEntry entry =
                        lent.reader().entry(source, directory).orElseThrow(() -> missing(backupId, source, directory));
                if (entry.kind() != EntryKind.DIRECTORY) {
                    throw new PluginException(
                            ErrorKind.NOT_FOUND, "'" + LogText.escape(directory.toString()) + "' is not a directory.");
                }
            }
            EntryPath start = after == null ? null : child(directory, after);
            return lent.reader().browse(source, directory, start, limit).stream()
                    .map(ContentsService::entry)
                    .toList();
        }
    }

    private static EntryPath child(EntryPath directory, byte[] name) throws PluginException {
        try {
            return directory.resolve(name);
        } catch (IllegalArgumentException e) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "not a name: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Entry> stat(String backupId, String source, EntryPath path) throws PluginException {
        try (Lent lent = backups.borrow(backupId)) {
            requireTree(lent.reader(), source);
            return lent.reader().entry(source, path).map(ContentsService::entry);
        }
    }

    @Override
    public InputStream read(String backupId, String source, EntryPath path, long offset, long length)
            throws PluginException {
        if (offset < 0 || length < 0) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "A range must not be negative.");
        }
        Lent lent = backups.borrow(backupId);
        try {
            return new RangeStream(content(lent.reader(), backupId, source, path), offset, length, lent);
        } catch (PluginException | RuntimeException e) {
            lent.close();
            throw e;
        }
    }

    private static RandomReadable content(BackupReader reader, String backupId, String source, EntryPath path)
            throws PluginException {
        io.holdfast.core.vault.SourceInfo info = find(reader, source);
        return switch (info.shape()) {
            case DISK, STREAM -> reader.openDisk(source);
            case TREE -> {
                TreeEntry entry = reader.entry(source, path).orElseThrow(() -> missing(backupId, source, path));
                TreeEntry file = entry.kind() == EntryKind.HARDLINK ? linked(reader, source, entry) : entry;
                if (file.kind() != EntryKind.FILE) {
                    throw new PluginException(
                            ErrorKind.UNSUPPORTED,
                            "'" + LogText.escape(path.toString()) + "' is not a file but a " + file.kind() + ".");
                }
                yield reader.openFile(source, file.path());
            }
            case ITEMS ->
                throw new PluginException(ErrorKind.UNSUPPORTED, "Items cannot be read by path yet; restore them.");
        };
    }

    private static TreeEntry linked(BackupReader reader, String source, TreeEntry link) throws PluginException {
        EntryPath first = EntryPath.of(link.attributes().linkTarget());
        return reader.entry(source, first)
                .orElseThrow(() -> new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "The file that '" + link.path() + "' is a further name of is missing."));
    }

    @Override
    public List<Problem> problems(String backupId, long offset, int limit) throws PluginException {
        checkLimit(limit);
        try (Lent lent = backups.borrow(backupId)) {
            List<Problem> page = new ArrayList<>();
            lent.reader().problems().stream()
                    .skip(Math.max(0, offset))
                    .limit(limit)
                    .forEach(p -> page.add(new Problem(p.source(), p.path(), p.kind(), p.message())));
            return page;
        }
    }

    private static io.holdfast.core.vault.SourceInfo find(BackupReader reader, String source) throws PluginException {
        return reader.sources().stream()
                .filter(s -> s.name().equals(source))
                .findFirst()
                .orElseThrow(() -> new PluginException(
                        ErrorKind.NOT_FOUND, "The backup has no source '" + LogText.escape(source) + "'."));
    }

    private static void requireTree(BackupReader reader, String source) throws PluginException {
        if (find(reader, source).shape() != io.holdfast.core.vault.SourceInfo.Shape.TREE) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, "The source '" + LogText.escape(source) + "' has no directories.");
        }
    }

    private static Entry entry(TreeEntry e) {
        return new Entry(e.path(), e.kind(), e.attributes());
    }

    private static void checkLimit(int limit) throws PluginException {
        if (limit < 1 || limit > MOST) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "A page holds 1 to " + MOST + " entries.");
        }
    }

    private static PluginException missing(String backupId, String source, EntryPath path) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "There is no '" + LogText.escape(path.toString()) + "' in " + source + " of backup " + backupId + ".");
    }

    @Override
    public void close() {
        backups.close();
    }
}
