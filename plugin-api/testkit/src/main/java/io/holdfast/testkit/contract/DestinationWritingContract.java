package io.holdfast.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.testkit.contract.Concurrently.Outcome;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The part of the contract that is about puts that fail, race or are cancelled. */
abstract class DestinationWritingContract extends DestinationListingContract {

    @Test
    protected void content_that_breaks_leaves_nothing_visible() throws Exception {
        byte[] bytes = TestContents.bytes(7, 300_000);
        for (int good : new int[] {0, 1, 150_000, 299_999}) {
            Expect.failure(ErrorKind.INTERNAL, () -> destination()
                    .put(key("broken"), TestContents.breakingAfter(bytes, good), transfer()));
            assertNothingUnder("broken");
        }
        put("broken", 10);
    }

    @Test
    protected void content_that_is_shorter_or_longer_than_announced_is_refused() throws Exception {
        for (long announced : new long[] {0, 999, 1_001, 100_000}) {
            Content wrong = TestContents.ofWrongLength(TestContents.bytes(8, 1_000), announced);
            Expect.failure(ErrorKind.INTERNAL, () -> destination().put(key("wrong"), wrong, transfer()));
            assertNothingUnder("wrong");
        }
    }

    @Test
    protected void content_that_does_not_have_its_hash_is_refused_where_that_is_promised() throws Exception {
        byte[] bytes = TestContents.bytes(9, 5_000);
        Content damaged = TestContents.hashed(bytes, TestContents.sha256(new byte[1]));
        if (expectedCapabilities().contains(DestinationCapability.CHECKED_PUT)) {
            Expect.failure(ErrorKind.CORRUPT_DATA, () -> destination().put(key("damaged"), damaged, transfer()));
            assertNothingUnder("damaged");
        } else {
            Throwable thrown = catchThrowable(() -> destination().put(key("damaged"), damaged, transfer()));
            if (thrown == null) {
                assertSameBytes(readAll("damaged"), bytes);
            } else {
                assertNothingUnder("damaged");
            }
        }
    }

    @Test
    protected void an_object_that_is_half_written_is_visible_to_nobody() throws Exception {
        byte[] bytes = TestContents.bytes(10, 400_000);
        try (Destination other = open();
                PausedPut put = PausedPut.start(destination(), key("half"), bytes)) {
            for (Destination observer : List.of(destination(), other)) {
                assertThat(observer.stat(key("half"), transfer())).isEmpty();
                assertThat(observer.list("", null, 10, transfer())).isEmpty();
                Expect.failure(ErrorKind.NOT_FOUND, () -> observer.read(key("half"), 0, 1, transfer())
                        .close());
            }
            put.finish();
            assertSameBytes(readAll("half"), bytes);
        }
    }

    @Test
    protected void a_cancelled_put_ends_within_a_second_and_leaves_nothing() throws Exception {
        TestTransfer context = transfer();
        SlowContent content = new SlowContent(16 << 20, context::cancel);

        Expect.failure(ErrorKind.CANCELLED, () -> destination().put(key("cancelled"), content, context));

        assertThat(content.sinceHalf()).isLessThan(Duration.ofSeconds(1));
        assertThat(context.registrations()).as("cancellation actions left").isZero();
        assertNothingUnder("cancelled");
        put("cancelled", 10);
    }

    @Test
    protected void nothing_begins_for_a_context_that_is_cancelled_already() throws Exception {
        put("object", 10);
        TestTransfer cancelled = transfer();
        cancelled.cancel();

        Content content = Content.of(new byte[10]);
        Expect.failure(ErrorKind.CANCELLED, () -> destination().put(key("new"), content, cancelled));
        Expect.failure(ErrorKind.CANCELLED, () -> destination().list("", null, 10, cancelled));
        assertNothingUnder("new");
        if (expectedCapabilities().contains(DestinationCapability.DELETE)) {
            Expect.failure(ErrorKind.CANCELLED, () -> destination().delete(key("object"), cancelled));
            assertThat(stat("object")).hasValue(10L);
        }
    }

    @Test
    protected void a_cancelled_read_ends() throws Exception {
        put("object", 8_000_000);
        TestTransfer context = transfer();
        try (InputStream in = destination().read(key("object"), 0, Long.MAX_VALUE, context)) {
            assertThat(in.read()).isNotNegative();
            context.cancel();

            Throwable thrown = catchThrowable(in::readAllBytes);

            assertThat(thrown).as("failure of the stream").isInstanceOf(java.io.IOException.class);
            assertThat(Expect.kindWithin(thrown)).hasValue(ErrorKind.CANCELLED);
        }
    }

    @Test
    protected void concurrent_puts_of_different_keys_all_succeed() throws Exception {
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int writer = i;
            writers.add(() -> {
                for (int j = 0; j < 5; j++) {
                    destination()
                            .put(
                                    key("shared/w" + writer + "/" + j),
                                    Content.of(TestContents.bytes(writer * 100L + j, 10_000 + j)),
                                    transfer());
                }
                return true;
            });
        }
        assertThat(Concurrently.run(writers))
                .allMatch(outcome -> outcome.failure().isEmpty());

        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 5; j++) {
                assertSameBytes(readAll("shared/w" + i + "/" + j), TestContents.bytes(i * 100L + j, 10_000 + j));
            }
        }
    }

    @Test
    protected void of_concurrent_puts_of_one_key_exactly_one_succeeds() throws Exception {
        try (Destination other = open()) {
            for (int round = 0; round < 10; round++) {
                ObjectKey key = key("race/" + round);
                List<Callable<Integer>> writers = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    int writer = i;
                    Destination through = i % 2 == 0 ? destination() : other;
                    writers.add(() -> {
                        through.put(key, Content.of(TestContents.bytes(writer, 20_000)), transfer());
                        return writer;
                    });
                }
                checkRace(key, Concurrently.run(writers));
            }
        }
    }

    private void checkRace(ObjectKey key, List<Outcome<Integer>> outcomes) throws Exception {
        List<Integer> winners =
                outcomes.stream().flatMap(outcome -> outcome.result().stream()).toList();
        byte[] stored = readAll(key.value());
        assertThat(winners.stream().map(writer -> Arrays.equals(stored, TestContents.bytes(writer, 20_000))))
                .as("the object is that of a writer who was told that it succeeded")
                .contains(true);
        if (expectedCapabilities().contains(DestinationCapability.EXCLUSIVE_PUT)) {
            assertThat(winners).as("writers that succeeded").hasSize(1);
            assertThat(outcomes.stream().flatMap(outcome -> outcome.failure().stream()))
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                                    .isEqualTo(ErrorKind.ALREADY_EXISTS)));
        }
    }
}
