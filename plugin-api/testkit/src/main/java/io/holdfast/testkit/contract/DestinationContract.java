package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every destination must pass.
 *
 * <p>A plugin extends this class, says what {@link #type} it is and where {@link #newPlace a place} is that nobody has used.
 * Everything else has defaults. The tests are in several classes only because there are many of them.
 */
public abstract class DestinationContract extends DestinationWritingContract {

    @Test
    protected void the_type_is_well_described() {
        Expect.wellDescribed(type().id(), type().displayName(), type().schema());
    }

    @Test
    protected void capabilities_are_those_that_were_promised() {
        assertThat(destination().capabilities()).isEqualTo(expectedCapabilities());
    }

    @Test
    protected void initializing_twice_is_harmless() throws Exception {
        put("before", 10);

        type().initialize(settings(), pluginContext());

        assertThat(keys()).containsExactly("before");
    }

    @Test
    protected void a_place_of_another_appliance_is_refused() {
        Expect.failure(ErrorKind.ALREADY_EXISTS, () -> type().initialize(
                        settings(), pluginContext().ofAppliance("appliance-2")));
        Expect.failure(() -> type().open(settings(), pluginContext().ofAppliance("appliance-2"))
                .close());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 513, 65_535, 65_537, 1_000_003})
    protected void an_object_comes_back_as_it_was_put(int size) throws Exception {
        byte[] bytes = put("object", size);

        assertSameBytes(readAll("object"), bytes);
        assertThat(stat("object")).hasValue((long) size);
    }

    @Test
    protected void a_large_object_comes_back_and_is_reported_while_it_moves() throws Exception {
        byte[] bytes = TestContents.bytes(5, largeObjectBytes());
        TestTransfer up = new TestTransfer();
        TestTransfer down = new TestTransfer();

        destination().put(key("large"), TestContents.hashed(bytes), up);

        try (InputStream in = destination().read(key("large"), 0, Long.MAX_VALUE, down)) {
            assertThat(TestContents.sha256(in.readAllBytes())).isEqualTo(TestContents.sha256(bytes));
        }
        assertThat(up.bytes()).as("bytes reported by the put").isEqualTo(bytes.length);
        assertThat(down.bytes()).as("bytes reported by the read").isEqualTo(bytes.length);
    }

    @Test
    protected void a_staged_file_is_stored_and_disappears_only_if_it_may() throws Exception {
        byte[] bytes = TestContents.bytes(6, 200_001);
        byte[] hash = TestContents.sha256(bytes);
        Path kept = Files.write(directory().resolve("kept"), bytes);
        Path given = Files.write(directory().resolve("given"), bytes);

        destination().put(key("kept"), Content.of(kept, bytes.length, hash, false), transfer());
        destination().put(key("given"), Content.of(given, bytes.length, hash, true), transfer());

        assertThat(kept).hasBinaryContent(bytes);
        assertSameBytes(readAll("kept"), bytes);
        assertSameBytes(readAll("given"), bytes);
        if (Files.exists(given)) {
            // what was left to the core must not be the object itself any more
            Files.write(given, new byte[10]);
            assertSameBytes(readAll("given"), bytes);
        }
    }

    @Test
    protected void a_missing_object_is_not_found() throws Exception {
        put("there", 5);
        for (String missing : List.of("not-there", "there/below", "ther", "not/there")) {
            assertThat(stat(missing)).isEmpty();
            Expect.failure(ErrorKind.NOT_FOUND, () -> destination()
                    .read(key(missing), 0, Long.MAX_VALUE, transfer())
                    .close());
        }
    }

    @Test
    protected void a_taken_key_is_refused_and_keeps_its_content() throws Exception {
        byte[] first = put("taken", 1_000);
        TestTransfer context = transfer();
        Content second = Content.of(TestContents.bytes(99, 1_000));
        if (expectedCapabilities().contains(DestinationCapability.EXCLUSIVE_PUT)) {
            Expect.failure(ErrorKind.ALREADY_EXISTS, () -> destination().put(key("taken"), second, context));
            assertSameBytes(readAll("taken"), first);
        } else {
            Throwable thrown = catchThrowable(() -> destination().put(key("taken"), second, context));
            assertSameBytes(readAll("taken"), thrown == null ? TestContents.bytes(99, 1_000) : first);
        }
    }

    @Test
    protected void ranges_are_exact_at_both_ends() throws Exception {
        byte[] bytes = put("object", 100_000);
        long[][] ranges = {{0, 1}, {0, 100_000}, {1, 99_999}, {50_000, 7}, {99_999, 1}, {12_345, 65_536}, {777, 0}};
        for (long[] range : ranges) {
            assertSameBytes(readRange("object", range[0], range[1]), slice(bytes, range[0], range[1]));
        }
    }

    @Test
    protected void a_range_that_reaches_past_the_end_is_cut_there() throws Exception {
        byte[] bytes = put("object", 1_000);

        assertSameBytes(readRange("object", 990, 100), slice(bytes, 990, 10));
        assertSameBytes(readRange("object", 990, Long.MAX_VALUE), slice(bytes, 990, 10));
        assertThat(readRange("object", 1_000, 1)).isEmpty();
        assertThat(readRange("object", 5_000, 10)).isEmpty();
    }

    @Test
    protected void an_empty_object_is_an_object() throws Exception {
        put("empty", 0);

        assertThat(stat("empty")).hasValue(0L);
        assertThat(keys()).containsExactly("empty");
        assertThat(readRange("empty", 0, Long.MAX_VALUE)).isEmpty();
        assertThat(readRange("empty", 0, 10)).isEmpty();
    }

    @Test
    protected void ranges_are_read_by_several_threads_at_once() throws Exception {
        byte[] bytes = put("object", 500_000);
        List<Callable<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Random random = new Random(i);
            readers.add(() -> {
                for (int j = 0; j < 20; j++) {
                    int offset = random.nextInt(bytes.length);
                    int length = random.nextInt(50_000);
                    assertSameBytes(readRange("object", offset, length), slice(bytes, offset, length));
                }
                return true;
            });
        }
        assertThat(Concurrently.run(readers))
                .allMatch(outcome -> outcome.failure().isEmpty());
    }

    @Test
    protected void a_stream_may_be_closed_before_its_end() throws Exception {
        byte[] bytes = put("object", 3_000_000);
        for (int i = 0; i < 20; i++) {
            try (InputStream in = destination().read(key("object"), i, Long.MAX_VALUE, transfer())) {
                assertSameBytes(in.readNBytes(5), slice(bytes, i, 5));
            }
        }
    }

    @Test
    protected void contexts_are_not_used_after_their_call() throws Exception {
        TestTransfer first = transfer();
        destination().put(key("a"), Content.of(new byte[100]), first);
        first.retire();
        TestTransfer second = transfer();
        try (InputStream in = destination().read(key("a"), 0, 100, second)) {
            in.readAllBytes();
        }
        second.retire();

        put("b", 100);
        readAll("b");
        keys();

        assertThat(first.usedAfterRetirement()).isFalse();
        assertThat(second.usedAfterRetirement()).isFalse();
        assertThat(first.registrations() + second.registrations())
                .as("cancellation actions left")
                .isZero();
    }

    @Test
    protected void everything_is_there_after_opening_again() throws Exception {
        byte[] bytes = put("kept/object", 70_000);
        destination().close();

        try (Destination again = open()) {
            assertThat(again.stat(key("kept/object"), transfer())).isPresent();
            assertThat(again.list("", null, 10, transfer())).hasSize(1);
            try (InputStream in = again.read(key("kept/object"), 0, Long.MAX_VALUE, transfer())) {
                assertSameBytes(in.readAllBytes(), bytes);
            }
        }
    }

    /** A kind that cannot be opened for reading alone says so; one that can must not need to be the owner. */
    @Test
    protected void opened_for_reading_everything_is_there_for_anybody_and_nothing_can_be_changed() throws Exception {
        byte[] bytes = put("kept/object", 70_000);
        Destination reader;
        try {
            reader = type().openForReading(settings(), pluginContext().ofAppliance("another appliance"));
        } catch (PluginException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            return;
        }
        try (reader) {
            assertThat(reader.list("", null, 10, transfer())).hasSize(1);
            try (InputStream in = reader.read(key("kept/object"), 0, Long.MAX_VALUE, transfer())) {
                assertSameBytes(in.readAllBytes(), bytes);
            }
            Expect.failure(ErrorKind.UNSUPPORTED, () -> reader.put(key("new"), Content.of(new byte[1]), transfer()));
            Expect.failure(ErrorKind.UNSUPPORTED, () -> reader.delete(key("kept/object"), transfer()));
        }
        assertSameBytes(readAll("kept/object"), bytes);
        assertNothingUnder("new");
    }

    @Test
    protected void closing_twice_is_harmless_and_calls_afterwards_fail() throws Exception {
        Destination other = open();
        other.close();
        other.close();

        Expect.failure(() -> other.put(key("late"), Content.of(new byte[1]), transfer()));
        Expect.failure(() -> other.stat(key("late"), transfer()));
        assertNothingUnder("late");
    }

    @Test
    protected void a_deleted_object_is_gone_and_deleting_it_again_succeeds() throws Exception {
        put("object", 100);
        put("object2", 100);
        if (!expectedCapabilities().contains(DestinationCapability.DELETE)) {
            Expect.failure(ErrorKind.UNSUPPORTED, () -> destination().delete(key("object"), transfer()));
            assertThat(stat("object")).hasValue(100L);
            return;
        }
        destination().delete(key("object"), transfer());
        destination().delete(key("object"), transfer());
        destination().delete(key("never/was/there"), transfer());

        assertThat(stat("object")).isEmpty();
        Expect.failure(
                ErrorKind.NOT_FOUND,
                () -> destination().read(key("object"), 0, 1, transfer()).close());
        assertThat(stat("object2")).hasValue(100L);
        byte[] again = put("object", 50);
        assertSameBytes(readAll("object"), again);
    }

    @Test
    protected void capacity_is_told_where_that_is_promised() throws Exception {
        put("object", 100_000);

        Capacity capacity = destination().capacity(transfer());

        if (!expectedCapabilities().contains(DestinationCapability.CAPACITY)) {
            assertThat(capacity).isEqualTo(Capacity.unknown());
            return;
        }
        assertThat(capacity.available()).isPresent();
        assertThat(capacity.available().getAsLong()).isNotNegative();
        capacity.total().ifPresent(total -> assertThat(total)
                .isPositive()
                .isGreaterThanOrEqualTo(capacity.available().getAsLong()));
    }

    @Test
    protected void a_locked_object_cannot_be_deleted_and_its_lock_not_be_shortened() throws Exception {
        put("locked", 100);
        Instant until = pluginContext().clock().instant().plus(lockTime()).truncatedTo(ChronoUnit.SECONDS);
        if (!expectedCapabilities().contains(DestinationCapability.IMMUTABILITY)) {
            assertThat(destination()).isNotInstanceOf(ImmutableStore.class);
            return;
        }
        ImmutableStore store = (ImmutableStore) destination();
        assertThat(store.lockedUntil(key("locked"), transfer())).isEmpty();

        store.lock(key("locked"), until, transfer());
        store.lock(key("locked"), until.minusSeconds(10), transfer());

        assertThat(store.lockedUntil(key("locked"), transfer()))
                .hasValueSatisfying(time -> assertThat(time).isAfterOrEqualTo(until));
        Expect.failure(ErrorKind.PERMISSION, () -> destination().delete(key("locked"), transfer()));
        assertThat(stat("locked")).hasValue(100L);
        Expect.failure(ErrorKind.NOT_FOUND, () -> store.lock(key("missing"), until, transfer()));
    }

    @Test
    protected void a_lock_is_prolonged_and_leaves_the_object_readable() throws Exception {
        if (!expectedCapabilities().contains(DestinationCapability.IMMUTABILITY)) {
            return;
        }
        put("locked", 100);
        put("free", 100);
        ImmutableStore store = (ImmutableStore) destination();
        Instant first = pluginContext().clock().instant().plus(lockTime()).truncatedTo(ChronoUnit.SECONDS);
        Instant second = first.plusSeconds(30);

        store.lock(key("locked"), first, transfer());
        store.lock(key("locked"), second, transfer());

        assertThat(store.lockedUntil(key("locked"), transfer()))
                .hasValueSatisfying(time -> assertThat(time).isAfterOrEqualTo(second));
        assertThat(readAll("locked")).hasSize(100);
        Expect.failure(ErrorKind.ALREADY_EXISTS, () -> put("locked", 5));
        destination().delete(key("free"), transfer());
        assertThat(stat("free")).isEmpty();
        assertThat(store.lockedUntil(key("free"), transfer())).isEmpty();
    }
}
