package io.holdfast.testkit.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.testkit.fake.MemoryDestination;
import io.holdfast.testkit.fake.MemoryStore;
import io.holdfast.testkit.fake.TestTransfer;
import io.holdfast.testkit.fault.Fault;
import io.holdfast.testkit.fault.FaultPlan;
import io.holdfast.testkit.fault.FaultyDestination;
import io.holdfast.testkit.fault.Operation;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DestinationValidationTest {

    private final MemoryStore store = new MemoryStore();
    private final Destination good = new MemoryDestination(store, Clock.systemUTC());

    private static List<Finding> validate(Destination destination) throws PluginException {
        return new DestinationValidation(destination, "run-1", 1, new TestTransfer()).run();
    }

    @Test
    void a_good_destination_passes_everything_and_is_left_as_it_was() throws Exception {
        good.put(ObjectKey.of("packs/mine"), Content.of(new byte[1]), new TestTransfer());

        List<Finding> findings = validate(good);

        assertThat(findings).hasSize(9).allMatch(finding -> finding.outcome() == Finding.Outcome.PASSED);
        assertThat(store.keys()).containsExactly(ObjectKey.of("packs/mine"));
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(Operation.PUT, new Fault.LosesWrite(), "an object comes back as it was stored"),
                Arguments.of(Operation.PUT, new Fault.TearsWrite(50, false), "an object comes back as it was stored"),
                Arguments.of(Operation.READ, new Fault.FlipsBit(), "an object comes back as it was stored"),
                Arguments.of(Operation.READ, new Fault.ShortensRead(), "ranges are exact"),
                Arguments.of(
                        Operation.READ,
                        new Fault.Fails(ErrorKind.UNAVAILABLE),
                        "a missing object is reported as missing"),
                Arguments.of(
                        Operation.PUT,
                        new Fault.FailsAfterwards(ErrorKind.TIMEOUT),
                        "of several writers of one key one succeeds"),
                Arguments.of(Operation.LIST, new Fault.ListsStale(3), "lists are complete, in order, and up to date"),
                Arguments.of(Operation.CAPACITY, new Fault.Fails(ErrorKind.UNAVAILABLE), "free space is told"),
                Arguments.of(Operation.DELETE, new Fault.LosesWrite(), "what is deleted is gone"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_store_that_lies_is_found_out_by_the_check_that_is_there_for_it(Operation on, Fault fault, String check)
            throws Exception {
        FaultyDestination bad = new FaultyDestination(good, FaultPlan.seeded(1).from(on, 1, fault));

        assertThat(validate(bad))
                .filteredOn(finding -> finding.check().equals(check))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.outcome()).isEqualTo(Finding.Outcome.FAILED);
                    assertThat(finding.message()).isNotBlank();
                });
    }

    @Test
    void it_can_be_cancelled() {
        TestTransfer cancelled = new TestTransfer();
        cancelled.cancel();

        assertThat(catchThrowableOfType(
                                PluginException.class,
                                () -> new DestinationValidation(good, "run-1", 1, cancelled).run())
                        .kind())
                .isEqualTo(ErrorKind.CANCELLED);
    }
}
