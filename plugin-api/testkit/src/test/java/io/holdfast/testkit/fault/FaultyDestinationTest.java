package io.holdfast.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import io.holdfast.testkit.fake.MemoryDestination;
import io.holdfast.testkit.fake.MemoryStore;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyDestinationTest {

    private static final ObjectKey A = ObjectKey.of("a");
    private static final ObjectKey B = ObjectKey.of("b");

    private final MemoryStore store = new MemoryStore();
    private final TestTransfer transfer = new TestTransfer();
    private final byte[] bytes = TestContents.bytes(1, 1_000);

    private FaultyDestination with(FaultPlan plan) {
        return new FaultyDestination(new MemoryDestination(store, Clock.systemUTC()), plan);
    }

    private static ErrorKind kindOf(ThrowingCallable call) {
        PluginException thrown = catchThrowableOfType(PluginException.class, call);
        assertThat(thrown).isNotNull();
        return thrown.kind();
    }

    private void put(FaultyDestination destination, ObjectKey key) throws PluginException {
        destination.put(key, Content.of(bytes), transfer);
    }

    private byte[] read(FaultyDestination destination, ObjectKey key) throws Exception {
        try (InputStream in = destination.read(key, 0, Long.MAX_VALUE, transfer)) {
            return in.readAllBytes();
        }
    }

    @Test
    void without_faults_nothing_differs() throws Exception {
        FaultyDestination destination = with(FaultPlan.none());
        put(destination, A);

        assertThat(read(destination, A)).isEqualTo(bytes);
        assertThat(destination.list("", null, 10, transfer)).containsExactly(new ObjectStat(A, 1_000));
    }

    @Test
    void the_nth_call_fails_and_the_others_do_not() throws Exception {
        FaultPlan plan = FaultPlan.none().on(Operation.PUT, 2, new Fault.Fails(ErrorKind.QUOTA));
        FaultyDestination destination = with(plan);
        put(destination, A);

        assertThat(kindOf(() -> put(destination, B))).isEqualTo(ErrorKind.QUOTA);
        assertThat(store.keys()).containsExactly(A);
        put(destination, B);
        assertThat(plan.history()).singleElement().satisfies(injected -> {
            assertThat(injected.operation()).isEqualTo(Operation.PUT);
            assertThat(injected.subject()).isEqualTo("b");
            assertThat(injected.number()).isEqualTo(2);
        });
    }

    @Test
    void a_full_disk_stays_full() throws Exception {
        FaultyDestination destination = with(FaultPlan.none().from(Operation.PUT, 2, new Fault.Fails(ErrorKind.QUOTA)));
        put(destination, A);

        for (int i = 0; i < 3; i++) {
            assertThat(kindOf(() -> put(destination, B))).isEqualTo(ErrorKind.QUOTA);
        }
        assertThat(read(destination, A)).isEqualTo(bytes);
    }

    @Test
    void after_a_timeout_the_object_may_be_there() {
        FaultyDestination destination =
                with(FaultPlan.none().on(Operation.PUT, 1, new Fault.FailsAfterwards(ErrorKind.TIMEOUT)));

        assertThat(kindOf(() -> put(destination, A))).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(store.bytes(A)).isEqualTo(bytes);
    }

    @Test
    void a_torn_write_leaves_half_an_object_and_says_so_or_not() throws Exception {
        FaultyDestination destination = with(FaultPlan.none()
                .on(Operation.PUT, 1, new Fault.TearsWrite(50, true))
                .on(Operation.PUT, 2, new Fault.TearsWrite(10, false)));

        assertThat(kindOf(() -> put(destination, A))).isEqualTo(ErrorKind.UNAVAILABLE);
        put(destination, B);

        assertThat(store.bytes(A)).hasSize(500);
        assertThat(store.bytes(B)).hasSize(100);
    }

    @Test
    void a_lost_write_is_reported_as_done() throws Exception {
        FaultyDestination destination = with(FaultPlan.none()
                .on(Operation.PUT, 1, new Fault.LosesWrite())
                .on(Operation.DELETE, 1, new Fault.LosesWrite()));
        put(destination, A);
        put(destination, B);
        destination.delete(B, transfer);

        assertThat(store.keys()).containsExactly(B);
    }

    @Test
    void a_repeated_write_meets_itself() {
        FaultyDestination destination = with(FaultPlan.none().on(Operation.PUT, 1, new Fault.RepeatsWrite()));

        assertThat(kindOf(() -> put(destination, A))).isEqualTo(ErrorKind.ALREADY_EXISTS);
        assertThat(store.bytes(A)).isEqualTo(bytes);
    }

    @Test
    void a_stale_list_misses_the_latest_puts_and_shows_the_latest_deletes() throws Exception {
        FaultyDestination destination = with(FaultPlan.none().on(Operation.LIST, 1, new Fault.ListsStale(2)));
        put(destination, A);
        put(destination, B);
        destination.delete(A, transfer);

        assertThat(destination.list("", null, 10, transfer)).containsExactly(new ObjectStat(A, 1_000));
        assertThat(destination.list("", null, 10, transfer)).containsExactly(new ObjectStat(B, 1_000));
    }

    @Test
    void one_bit_of_a_read_is_wrong() throws Exception {
        FaultyDestination destination = with(FaultPlan.seeded(7).on(Operation.READ, 1, new Fault.FlipsBit()));
        put(destination, A);

        byte[] read = read(destination, A);

        int bits = 0;
        for (int i = 0; i < bytes.length; i++) {
            bits += Integer.bitCount((read[i] ^ bytes[i]) & 0xff);
        }
        assertThat(bits).isOne();
        assertThat(read(destination, A)).isEqualTo(bytes);
    }

    @Test
    void a_shortened_read_ends_early_without_saying_so() throws Exception {
        FaultyDestination destination = with(FaultPlan.seeded(7).on(Operation.READ, 1, new Fault.ShortensRead()));
        put(destination, A);

        assertThat(read(destination, A)).hasSizeLessThan(1_000);
    }

    @Test
    void after_a_crash_everything_fails_until_it_is_healed() throws Exception {
        FaultPlan plan = FaultPlan.none().crashAt(2, true);
        FaultyDestination destination = with(plan);
        put(destination, A);

        assertThat(kindOf(() -> put(destination, B))).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(kindOf(() -> destination.stat(A, transfer))).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(kindOf(() -> destination.list("", null, 1, transfer))).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(store.keys()).containsExactly(A, B);

        plan.heal();
        assertThat(read(destination, B)).isEqualTo(bytes);
    }

    @Test
    void a_delayed_call_takes_longer() throws Exception {
        FaultyDestination destination =
                with(FaultPlan.none().on(Operation.STAT, 1, new Fault.Delays(Duration.ofMillis(30))));
        long start = System.nanoTime();

        destination.stat(A, transfer);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void a_seed_replays_what_happened() {
        assertThat(randomRun(42))
                .isEqualTo(randomRun(42))
                .isNotEqualTo(randomRun(43))
                .hasSizeBetween(20, 80);
    }

    private static List<FaultPlan.Injected> randomRun(long seed) {
        FaultPlan plan = FaultPlan.seeded(seed)
                .randomly(0.1, new Fault.Fails(ErrorKind.UNAVAILABLE), Operation.PUT, Operation.READ);
        FaultyDestination destination =
                new FaultyDestination(new MemoryDestination(new MemoryStore(), Clock.systemUTC()), plan);
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            try {
                destination.put(ObjectKey.of("k" + i), Content.of(new byte[1]), new TestTransfer());
            } catch (PluginException e) {
                failures.add(e);
            }
        }
        assertThat(failures).hasSameSizeAs(plan.history());
        return plan.history();
    }
}
