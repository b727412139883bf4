package io.holdfast.core.vault.internal.read;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemFeed;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.SourceProblems;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items of a backup as the source of another backup: all of them, or in what they differ from an earlier one. */
final class ItemsOfBackup implements ItemSource {

    private static final int PAGE = 256;

    private final BackupSources sources;
    private final String name;
    private final ItemReader items;
    private final @Nullable DefaultBackupReader base;

    /** @param base has a source of that name, which the export adds to; null to list everything */
    ItemsOfBackup(BackupSources sources, String name, @Nullable DefaultBackupReader base) throws PluginException {
        this.sources = sources;
        this.name = name;
        this.items = sources.backup().itemReader(name);
        this.base = base;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ItemFeed feed(SourceProblems problems) throws PluginException {
        DefaultBackupReader before = base;
        Rows now = new Rows(items, sources.backup(), false);
        Rows then = before == null ? null : new Rows(before.itemReader(name), before, true);
        return new ItemFeed() {
            @Override
            public boolean complete() {
                return then == null;
            }

            @Override
            public @Nullable ItemChange next() throws PluginException {
                return sources.reading(() -> new Step(ItemsOfBackup.this.next(now, then)))
                        .change();
            }

            @Override
            public void close() {}
        };
    }

    /** What may be absent. */
    private record Step(@Nullable ItemChange change) {}

    private @Nullable ItemChange next(Rows now, @Nullable Rows then) throws PluginException {
        while (true) {
            ItemReader.Row row = now.peek();
            ItemReader.Row old = then == null ? null : then.peek();
            if (row == null && old == null) {
                return null;
            }
            int order = row == null ? 1 : old == null ? -1 : Arrays.compareUnsigned(row.id(), old.id());
            if (then != null && order >= 0) {
                then.skip();
            }
            if (row == null || order > 0) {
                return gone(old);
            }
            now.skip();
            if (order < 0 || !row.equals(old)) {
                return sources.backup().change(row, sources.backup().context());
            }
        }
    }

    private static @Nullable ItemChange gone(ItemReader.@Nullable Row old) {
        return old == null
                ? null
                : new ItemChange(
                        old.item().id(), true, EntryPath.ROOT, EntryAttributes.of(0, 0), EntryAttributes.NONE, "");
    }

    @Override
    public InputStream open(ItemChange item) throws PluginException {
        DefaultBackupReader backup = sources.backup();
        InputStream content = sources.reading(() -> backup.content(
                items.find(item.id(), backup.context())
                        .orElseThrow(() -> new PluginException(
                                ErrorKind.CORRUPT_DATA, "The listing of " + name + " has lost an item.")),
                backup.context()));
        return sources.reading(content);
    }

    /** The rows of a listing in order, a page at a time. */
    private static final class Rows {

        private final ItemReader reader;
        private final DefaultBackupReader backup;
        private final boolean compared;
        private List<ItemReader.Row> page = List.of();
        private int at;
        private boolean last;
        private @Nullable String after;

        Rows(ItemReader reader, DefaultBackupReader backup, boolean compared) {
            this.reader = reader;
            this.backup = backup;
            this.compared = compared;
        }

        ItemReader.@Nullable Row peek() throws PluginException {
            if (at == page.size() && !last) {
                page = compared ? BackupSources.comparing(this::next) : next();
                last = page.size() < PAGE;
                after = page.isEmpty()
                        ? after
                        : page.get(page.size() - 1).item().id();
                at = 0;
            }
            return at < page.size() ? page.get(at) : null;
        }

        private List<ItemReader.Row> next() throws PluginException {
            return reader.after(after, PAGE, backup.context());
        }

        void skip() {
            at++;
        }
    }
}
