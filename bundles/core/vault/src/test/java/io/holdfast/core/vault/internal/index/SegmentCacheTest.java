package io.holdfast.core.vault.internal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.testkit.fake.MemoryDestination;
import io.holdfast.testkit.fake.MemoryStore;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentCacheTest {

    private static final TransferContext CONTEXT = Contexts.uncancelled();
    private static final ObjectKey KEY = ObjectKey.of("index/g." + "a".repeat(64));
    private static final int MANY = 20_000;

    @TempDir
    Path directory;

    private final Random random = new Random(11);
    private final List<Id> ids = new ArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final MemoryStore store = new MemoryStore(1L << 30);
    private KeyRing keys;
    private Objects objects;
    private SegmentCache cache;

    @BeforeEach
    void begin() throws PluginException {
        byte[] publicKey = new byte[32];
        publicKey[0] = 9;
        keys = new KeyRing(new KeyCodec.Parts(new byte[16], 1, new byte[32], publicKey, null));
        objects = new Objects(counting(new MemoryDestination(store, Clock.systemUTC())));
        cache = new SegmentCache(directory, objects, keys);
    }

    private Destination counting(Destination good) {
        return (Destination) Proxy.newProxyInstance(
                Destination.class.getClassLoader(), new Class<?>[] {Destination.class}, (proxy, method, args) -> {
                    if (method.getName().equals("read")) {
                        reads.incrementAndGet();
                    }
                    try {
                        return method.invoke(good, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Id id() {
        return new Id(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private static Id pack(int number) {
        return new Id(number, 0, 0, 0);
    }

    /** A segment with so many entries in 100 packs, each entry at an offset that its number tells. */
    private byte[] stored(int entries) throws PluginException {
        SegmentWriter writer = new SegmentWriter();
        for (int i = 0; i < entries; i++) {
            ids.add(id());
            writer.add(ids.get(i), new Location(pack(i % 100), PackFormat.DATA, 100 + i, 80), 1 << 20);
        }
        byte[] bytes = writer.encode(keys, 1, KEY.value());
        objects.destination().put(KEY, Content.of(bytes), CONTEXT);
        return bytes;
    }

    private Path copy() {
        return directory.resolve(SegmentCache.fileName(KEY));
    }

    private Segment open(byte[] stored) throws PluginException {
        return cache.open(KEY, stored.length, CONTEXT);
    }

    private void holdsEverything(Segment segment) throws PluginException {
        for (int i = 0; i < ids.size(); i++) {
            List<Segment.Entry> found = segment.find(ids.get(i));
            assertThat(found).hasSize(1);
            assertThat(segment.location(found.get(0)))
                    .isEqualTo(new Location(pack(i % 100), PackFormat.DATA, 100 + i, 80));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 63, 64, 65, 200, 1000, MANY})
    void whatIsStoredIsFoundByACopyAsInMemoryAndNothingElse(int entries) throws PluginException {
        byte[] stored = stored(entries);
        Segment copied = open(stored);
        Segment held = new Segment(KEY.value(), stored);
        holdsEverything(copied);
        holdsEverything(held);
        for (int i = 0; i < 5_000; i++) {
            assertThat(copied.find(id())).isEmpty();
        }
        assertThat(copied.packTable()).isEqualTo(held.packTable());
        assertThat(copied.packTable().get(copied.packs() - 1)).isEqualTo(copied.pack(copied.packs() - 1));
        for (long prefix : new long[] {0, 1, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            assertThat(copied.firstFrom(prefix)).isEqualTo(held.firstFrom(prefix));
        }
    }

    @Test
    void idsThatBeginAlikeAndIdsThatAreThereTwiceAreFound() throws PluginException {
        SegmentWriter writer = new SegmentWriter();
        for (int i = 0; i < 3_000; i++) {
            writer.add(new Id(7, 8, 9, i / 2), new Location(pack(i % 2), PackFormat.DATA, 100 + i, 80), 1 << 20);
        }
        byte[] stored = writer.encode(keys, 1, KEY.value());
        objects.destination().put(KEY, Content.of(stored), CONTEXT);
        Segment segment = open(stored);
        for (int i = 0; i < 1_500; i++) {
            assertThat(segment.find(new Id(7, 8, 9, i))).hasSize(2);
        }
        assertThat(segment.find(new Id(7, 8, 9, 1_500))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"20000,0,200", "200000,2000,4000"})
    void theFilterSaysYesToFewAbsentIdsAndTakesEightBitsAnEntryInALargeSegment(int entries, int least, int most) {
        LineFilter.Builder builder = new LineFilter.Builder(entries);
        Stream.generate(this::id).limit(entries).sorted().forEach(id -> builder.add(id.a(), id.b()));
        byte[] lines = builder.finish();
        LineFilter filter = new LineFilter(ByteBuffer.wrap(lines), LineFilter.lines(entries), entries);
        int yes = 0;
        for (int i = 0; i < 100_000; i++) {
            yes += filter.mayHold(id()) ? 1 : 0;
        }
        assertThat(yes).isBetween(least, most);
        assertThat(lines.length).isLessThanOrEqualTo((entries > 1 << 16 ? 1 : 3) * entries + LineFilter.LINE);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, MANY})
    void aCopyOfAnEarlierProcessIsUsedAgain(int entries) throws PluginException {
        byte[] stored = stored(entries);
        open(stored);
        cache = new SegmentCache(directory, objects, keys);
        holdsEverything(open(stored));
        assertThat(reads).hasValue(1);
    }

    @Test
    void aCopyAsEarlierVersionsHadItIsReplaced() throws Exception {
        byte[] stored = stored(MANY);
        Files.write(copy(), stored);
        holdsEverything(open(stored));
        assertThat(reads).hasValue(1);
        assertThat(Files.size(copy())).isGreaterThan(stored.length);
        assertThat(files()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.5, 0.97, 0.9999})
    void aCopyThatWasDamagedBetweenTwoProcessesIsFetchedAgain(double where) throws Exception {
        byte[] stored = stored(MANY);
        open(stored);
        flip((long) (Files.size(copy()) * where));
        cache = new SegmentCache(directory, objects, keys);
        holdsEverything(open(stored));
        assertThat(reads).hasValue(2);
    }

    @Test
    void aSmallCopyThatWasDamagedIsFetchedAgain() throws Exception {
        byte[] stored = stored(20);
        open(stored);
        flip(stored.length / 2);
        cache = new SegmentCache(directory, objects, keys);
        holdsEverything(open(stored));
        assertThat(reads).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, MANY * 44})
    void aCopyThatIsCutShortIsFetchedAgain(int length) throws Exception {
        byte[] stored = stored(MANY);
        open(stored);
        Files.write(copy(), Arrays.copyOf(Files.readAllBytes(copy()), length));
        cache = new SegmentCache(directory, objects, keys);
        holdsEverything(open(stored));
    }

    /** The file itself is changed: a new one under its name would not matter to who has the old one open. */
    private void flip(long at) throws IOException {
        try (var file = new java.io.RandomAccessFile(copy().toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 0x10);
        }
    }

    @Test
    void aCopyThatIsDamagedWhileSeveralReadItIsFetchedAgainOnce() throws Exception {
        byte[] stored = stored(MANY);
        Segment segment = open(stored);
        for (long at = 4096; at < stored.length; at += 4096) {
            flip(at);
        }
        together(8, () -> holdsEverything(segment));
        assertThat(reads).hasValue(2);
        holdsEverything(open(stored));
        assertThat(reads).hasValue(2);
    }

    @Test
    void aDamagedCopyOfASegmentThatHasGoneSaysSoAndARepeatHelps() throws Exception {
        byte[] stored = stored(MANY);
        Segment segment = open(stored);
        objects.destination().delete(KEY, CONTEXT);
        flip(stored.length / 2);
        flip(stored.length / 2 + 4096);
        assertThatThrownBy(() -> holdsEverything(segment))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("the next attempt reads it anew");
    }

    @Test
    void whoHasACopyGoesOnReadingWhenItWasForgottenAndThreadsAreInterrupted() throws Exception {
        Segment segment = open(stored(MANY));
        cache.forget(Set.of(SegmentCache.fileName(KEY)));
        assertThat(files()).isEmpty();
        together(8, () -> {
            for (int i = 0; i < 2_000; i++) {
                if (i % 100 == 0) {
                    Thread.currentThread().interrupt();
                }
                assertThat(segment.find(ids.get(i))).hasSize(1);
            }
            assertThat(Thread.interrupted()).isTrue();
        });
        assertThat(reads).hasValue(1);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void together(int threads, Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    work.run();
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5_000, 900_000})
    void aFullDiskIsNamedLeavesNothingAndDoesNotMatterToWhatThisProcessHasMade(int room) throws Exception {
        byte[] stored = stored(MANY);
        cache = new SegmentCache(directory, objects, keys, file -> new FileOutputStream(file.toFile()) {
            private long left = room;

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                left -= count;
                if (left < 0) {
                    throw new IOException("No space left on device");
                }
                super.write(bytes, from, count);
            }
        });
        assertThatThrownBy(() -> open(stored))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.QUOTA))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("No space left");
        assertThat(files()).isEmpty();
        holdsEverything(cache.adopt(KEY, stored));
        assertThat(files()).isEmpty();
    }

    @Test
    void aSegmentThatIsNotAuthenticIsNotKept() throws Exception {
        byte[] stored = stored(MANY);
        stored[stored.length / 2] ^= 1;
        objects.destination().delete(KEY, CONTEXT);
        objects.destination().put(KEY, Content.of(stored), CONTEXT);
        assertThatThrownBy(() -> open(stored)).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CORRUPT_DATA));
        assertThat(files()).isEmpty();
    }

    private Path left(String name, Duration ago) throws IOException {
        Path file = Files.write(directory.resolve(name), new byte[100]);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(ago)));
    }

    @Test
    void whatAKilledProcessHasLeftUnfinishedIsRemovedWhenNobodyHasWrittenToItForADay() throws Exception {
        byte[] stored = stored(MANY);
        open(stored);
        Files.setLastModifiedTime(copy(), FileTime.from(Instant.now().minus(Duration.ofDays(9))));
        left(".1.part", Duration.ofHours(25));
        left(".2.part", Duration.ofDays(400));
        Path busy = left(".3.part", Duration.ofHours(23));

        cache = new SegmentCache(directory, objects, keys);

        assertThat(files()).containsExactlyInAnyOrder(copy(), busy);
        holdsEverything(open(stored));
        assertThat(reads).hasValue(1);
    }

    @Test
    void whoOpensTheCacheTakesNothingAwayFromWhoIsWritingInIt() throws Exception {
        byte[] stored = stored(MANY);
        AtomicInteger unfinished = new AtomicInteger();
        cache = new SegmentCache(directory, objects, keys, file -> new FileOutputStream(file.toFile()) {
            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                super.write(bytes, from, count);
                new SegmentCache(directory, objects, keys);
                unfinished.addAndGet(files().size());
            }
        });
        holdsEverything(open(stored));
        assertThat(unfinished.get()).isPositive();
        assertThat(files()).containsExactly(copy());
    }

    @Test
    void aSegmentThatHasGoneIsNone() throws Exception {
        assertThat(cache.open(KEY, 20_000, CONTEXT)).isNull();
        assertThat(files()).isEmpty();
    }

    @Test
    void whatThisProcessHasMadeIsKept() throws PluginException {
        byte[] stored = stored(MANY);
        holdsEverything(cache.adopt(KEY, stored));
        holdsEverything(open(stored));
        assertThat(reads).hasValue(0);
    }
}
