package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.testkit.fake.RecordingTaskContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The part of the contract that is about reading and writing. */
abstract class StrategyTransferContract extends StrategySnapshotContract {

    private static final int MAX_METADATA = 16 << 20;

    @Test
    protected void sources_have_names_that_are_unique_and_stay() throws Exception {
        List<String> first = sourceNames();
        changeInstance();

        assertThat(first).isNotEmpty().doesNotHaveDuplicates();
        assertThat(first).allSatisfy(name -> assertThat(name).isNotBlank().hasSizeLessThanOrEqualTo(255));
        assertThat(sourceNames()).isEqualTo(first);
    }

    private List<String> sourceNames() throws PluginException {
        try (ExportSession session = export(task())) {
            int metadata = session.metadata().values().stream()
                    .mapToInt(document -> document.length)
                    .sum();
            assertThat(metadata).as("bytes of metadata").isLessThanOrEqualTo(MAX_METADATA);
            return session.sources().stream().map(Source::name).toList();
        }
    }

    @Test
    protected void an_instance_that_does_not_change_reads_the_same_twice() throws Exception {
        assertThat(picture(instanceId())).isEqualTo(picture(instanceId()));
    }

    @Test
    protected void what_is_read_stays_still_while_the_instance_changes() throws Exception {
        Picture before = picture(instanceId());
        try (ExportSession session = export(task())) {
            if (readsASnapshot()) {
                changeInstance();
            }
            assertThat(Picture.of(session)).isEqualTo(before);
        }
    }

    /** Whether an export sees the instance as it was when the session was opened. */
    protected boolean readsASnapshot() {
        return true;
    }

    @Test
    protected void a_walk_is_in_order_and_every_entry_has_its_directory_before_it() throws Exception {
        try (ExportSession session = export(task())) {
            for (Source source : session.sources()) {
                if (source instanceof TreeSource tree) {
                    List<TreeEntry> entries = Picture.entries(tree);
                    assertThat(entries).as("entries of %s", tree.name()).isNotEmpty();
                    assertThat(entries.get(0).path().isRoot())
                            .as("the root comes first")
                            .isTrue();
                    assertThat(entries).extracting(TreeEntry::path).isSorted().doesNotHaveDuplicates();
                    assertParentsComeFirst(entries);
                }
            }
        }
    }

    private static void assertParentsComeFirst(List<TreeEntry> entries) {
        Set<EntryPath> directories = new HashSet<>();
        Set<EntryPath> files = new HashSet<>();
        for (TreeEntry entry : entries) {
            entry.path().parent().ifPresent(parent -> assertThat(directories)
                    .as("directory of %s", entry.path())
                    .contains(parent));
            assertThat(entry.attributes().mode()).isBetween(0, 07777);
            assertThat(entry.attributes().modifiedNanos()).isBetween(0, 999_999_999);
            assertThat(entry.changeSignature().length).isLessThanOrEqualTo(255);
            switch (entry.kind()) {
                case DIRECTORY -> directories.add(entry.path());
                case FILE -> files.add(entry.path());
                case HARDLINK ->
                    assertThat(files)
                            .as("file that %s is another name of", entry.path())
                            .contains(EntryPath.of(entry.attributes().linkTarget()));
                case SYMLINK -> assertThat(entry.attributes().linkTarget()).isNotEmpty();
                default -> assertThat(entry.attributes().size()).isZero();
            }
        }
    }

    @Test
    protected void files_have_the_size_that_the_walk_said() throws Exception {
        try (ExportSession session = export(task())) {
            for (Source source : session.sources()) {
                if (source instanceof TreeSource tree) {
                    for (TreeEntry entry : Picture.entries(tree)) {
                        if (entry.hasContent()) {
                            try (RandomReadable content = tree.open(entry)) {
                                assertThat(content.size())
                                        .isEqualTo(entry.attributes().size());
                                assertReadable(content);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    protected void disks_have_their_size_and_end_there() throws Exception {
        try (ExportSession session = export(task())) {
            for (Source source : session.sources()) {
                if (source instanceof DiskSource disk) {
                    assertThat(disk.size()).isPositive();
                    assertThat(Integer.bitCount(disk.granularity()))
                            .as("granularity is a power of two or 0")
                            .isLessThanOrEqualTo(1);
                    try (RandomReadable content = disk.open()) {
                        assertThat(content.size()).isEqualTo(disk.size());
                        assertReadable(content);
                    }
                }
            }
        }
    }

    /** The last bytes are there, nothing is behind them, and extents cover everything once. */
    private static void assertReadable(RandomReadable content) throws PluginException {
        long size = content.size();
        int tail = (int) Math.min(100, size);
        assertThat(Picture.readFully(content, size - tail, tail).remaining())
                .as("bytes at the end")
                .isEqualTo(tail);
        assertThat(content.read(size, ByteBuffer.allocate(10)))
                .as("a read at the end")
                .isEqualTo(-1);
        ByteBuffer beyond = ByteBuffer.allocate(200);
        assertThat(content.read(size - tail, beyond)).as("a read over the end").isBetween(1, tail);
        long at = 0;
        for (Extent extent : Picture.extents(content)) {
            assertThat(extent.offset()).as("extents adjoin").isEqualTo(at);
            at = extent.end();
        }
        assertThat(at).as("extents end with the content").isEqualTo(size);
    }

    @Test
    protected void extents_that_are_said_to_be_zero_are() throws Exception {
        try (ExportSession session = export(task())) {
            for (Source source : session.sources()) {
                if (source instanceof DiskSource disk) {
                    try (RandomReadable content = disk.open()) {
                        for (Extent extent : Picture.extents(content)) {
                            if (extent.state() == Extent.State.ZERO) {
                                assertZero(content, extent);
                            }
                        }
                    }
                }
            }
        }
    }

    private static void assertZero(RandomReadable content, Extent extent) throws PluginException {
        ByteBuffer zeroes = ByteBuffer.allocate(Picture.BLOCK);
        for (long at = extent.offset(); at < extent.end(); at += Picture.BLOCK) {
            int length = (int) Math.min(Picture.BLOCK, extent.end() - at);
            assertThat(Picture.readFully(content, at, length).mismatch(zeroes.slice(0, length)))
                    .as("first byte that is not zero at %d", at)
                    .isEqualTo(-1);
        }
    }

    @Test
    protected void several_threads_read_the_same() throws Exception {
        try (ExportSession session = export(task())) {
            for (Source source : session.sources()) {
                if (source instanceof DiskSource disk) {
                    try (RandomReadable content = disk.open()) {
                        assertReadConcurrently(content);
                    }
                } else if (source instanceof TreeSource tree) {
                    for (TreeEntry entry : Picture.entries(tree)) {
                        if (entry.hasContent()) {
                            try (RandomReadable content = tree.open(entry)) {
                                assertReadConcurrently(content);
                            }
                        }
                    }
                }
            }
        }
    }

    private static void assertReadConcurrently(RandomReadable content) throws Exception {
        int size = (int) Math.min(content.size(), 1 << 20);
        ByteBuffer whole = Picture.readFully(content, 0, size);
        List<Callable<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            readers.add(() -> {
                for (int j = 0; j < 25; j++) {
                    int offset = random.nextInt(size);
                    int length = 1 + random.nextInt(Math.min(size - offset, 20_000));
                    ByteBuffer read = Picture.readFully(content, offset, length);
                    assertThat(read.mismatch(whole.slice(offset, length)))
                            .as("first wrong byte of %d at %d", length, offset)
                            .isEqualTo(-1);
                }
                return true;
            });
        }
        for (Concurrently.Outcome<Boolean> outcome : Concurrently.run(readers)) {
            assertThat(outcome.failure()).isEmpty();
        }
    }

    @Test
    protected void items_are_well_formed() throws Exception {
        try (ExportSession session = export(task())) {
            for (Source source : session.sources()) {
                if (source instanceof ItemSource items) {
                    for (ItemChange item : Picture.items(items)) {
                        assertThat(item.id()).isNotEmpty().hasSizeLessThanOrEqualTo(1_024);
                        if (!item.deleted()) {
                            assertThat(item.version()).isNotEmpty();
                            assertThat(item.path().isRoot())
                                    .as("item %s has a path", item.id())
                                    .isFalse();
                            assertThat(item.metadata().length).isLessThanOrEqualTo(4 << 20);
                        }
                    }
                }
            }
        }
    }

    /** Exports and commits. */
    final Optional<ChangeToken> commitExport(Optional<ChangeToken> previous) throws PluginException {
        RecordingTaskContext task = task();
        try (ExportSession session = strategy().openExport(request(instanceId(), previous), task)) {
            session.readingDone();
            Optional<ChangeToken> next = session.nextToken();
            session.committed();
            return next;
        }
    }

    @Test
    protected void what_is_called_unchanged_is() throws Exception {
        Optional<ChangeToken> token = commitExport(Optional.empty());
        Picture before = picture(instanceId());
        changeInstance();
        if (token.isEmpty()) {
            assertThat(expects(StrategyCapability.INCREMENTAL)).isFalse();
            return;
        }
        try (ExportSession session = strategy().openExport(request(instanceId(), token), task())) {
            long unchanged = 0;
            long blocks = 0;
            for (Source source : session.sources()) {
                if (source instanceof DiskSource disk) {
                    blocks += disk.size() / Picture.BLOCK;
                    unchanged += compareUnchanged(disk, before);
                }
            }
            assertThat(unchanged > 0 || blocks == 0)
                    .as("something of the disks is UNCHANGED after a small change")
                    .isTrue();
            assertThat(Picture.of(session).equals(before))
                    .as("the instance reads as before although it was changed")
                    .isFalse();
        }
    }

    /** Compares every block that lies in unchanged extents with the one before; returns how many there are. */
    private static long compareUnchanged(DiskSource disk, Picture before) throws Exception {
        List<String> old = before.lines().getOrDefault(disk.name(), List.of());
        List<String> now = Picture.linesOf(disk);
        long compared = 0;
        try (RandomReadable content = disk.open()) {
            List<Extent> extents = Picture.extents(content);
            for (int block = 0; block + 1 < now.size(); block++) {
                long start = (long) block * Picture.BLOCK;
                long end = Math.min(start + Picture.BLOCK, disk.size());
                boolean all = extents.stream()
                        .filter(extent -> extent.offset() < end && extent.end() > start)
                        .allMatch(extent -> extent.state() == Extent.State.UNCHANGED);
                if (all) {
                    assertThat(now.get(block + 1)).as("an UNCHANGED block").isEqualTo(old.get(block + 1));
                    compared++;
                }
            }
        }
        return compared;
    }

    static void assertNothingIsCalledUnchanged(ExportSession session) throws PluginException {
        for (Source source : session.sources()) {
            if (source instanceof DiskSource disk) {
                try (RandomReadable content = disk.open()) {
                    assertThat(Picture.extents(content))
                            .extracting(Extent::state)
                            .as("extents of a full read")
                            .doesNotContain(Extent.State.UNCHANGED);
                }
            } else if (source instanceof ItemSource items) {
                try (var feed = items.feed((path, kind, message) -> {})) {
                    assertThat(feed.complete())
                            .as("the feed of a full read is complete")
                            .isTrue();
                }
            }
        }
    }

    @Test
    protected void what_was_exported_can_be_imported_and_is_the_same() throws Exception {
        RecordingTaskContext task = task();
        try (ExportSession session = export(task())) {
            if (!expects(StrategyCapability.IMPORT)) {
                Expect.failure(ErrorKind.UNSUPPORTED, () -> strategy()
                        .openImport(importRequest(session, List.of()), task)
                        .close());
                return;
            }
            ImportSession target = strategy().openImport(importRequest(session, List.of()), task);
            new Copying(session, target, List.of()).run();
            assertThat(target.complete()).as("what was made, for people").isNotBlank();
            target.close();
            target.close();
        }
        assertNothingLeft(task);
        assertThat(picture(restoredId())).isEqualTo(picture(instanceId()));
    }

    @Test
    protected void an_import_that_is_not_completed_leaves_nothing() throws Exception {
        if (!expects(StrategyCapability.IMPORT)) {
            return;
        }
        RecordingTaskContext task = task();
        try (ExportSession session = export(task())) {
            try (ImportSession target = strategy().openImport(importRequest(session, List.of()), task)) {
                new Copying(session, target, List.of()).run();
            }
        }
        assertNothingLeft(task);
        assertRestoredIsMissing();
    }

    /** Asserts that there is nothing where a restore would have put it. */
    protected void assertRestoredIsMissing() {
        Expect.failure(ErrorKind.NOT_FOUND, () -> strategy()
                .openExport(
                        new io.holdfast.spi.strategy.ExportRequest(
                                new io.holdfast.spi.strategy.InstanceDescription(
                                        restoredId(),
                                        "restored",
                                        describe(instanceId()).kind(),
                                        -1,
                                        Map.of()),
                                request(instanceId(), Optional.empty()).settings(),
                                Optional.empty()),
                        task())
                .close());
    }

    @Test
    protected void what_is_in_the_way_of_an_import_is_not_replaced_unasked() throws Exception {
        if (!expects(StrategyCapability.IMPORT)) {
            return;
        }
        what_was_exported_can_be_imported_and_is_the_same();
        RecordingTaskContext task = task();
        try (ExportSession session = export(task())) {
            Expect.failure(ErrorKind.ALREADY_EXISTS, () -> strategy()
                    .openImport(importRequest(session, List.of()), task)
                    .close());
        }
        assertNothingLeft(task);
    }

    @Test
    protected void chosen_entries_are_imported_alone() throws Exception {
        RecordingTaskContext task = task();
        try (ExportSession session = export(task())) {
            Optional<TreeSource> tree = session.sources().stream()
                    .filter(TreeSource.class::isInstance)
                    .map(TreeSource.class::cast)
                    .findFirst();
            if (!expects(StrategyCapability.PARTIAL_IMPORT) || tree.isEmpty()) {
                return;
            }
            TreeEntry chosen = Picture.entries(tree.get()).stream()
                    .filter(entry -> entry.kind() == EntryKind.FILE)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the tree of the instance has no file"));
            List<EntryPath> selection = List.of(chosen.path());
            try (ImportSession target = strategy().openImport(importRequest(session, selection), task)) {
                new Copying(session, target, selection).run();
                target.complete();
            }
            List<String> restored =
                    picture(restoredId()).lines().getOrDefault(tree.get().name(), List.of());
            String path = java.util.HexFormat.of().formatHex(chosen.path().toBytes());
            assertThat(restored)
                    .filteredOn(line -> line.contains(" " + path + " "))
                    .hasSize(1);
            assertThat(restored).filteredOn(line -> line.startsWith("FILE ")).hasSize(1);
        }
        assertNothingLeft(task);
    }
}
