package io.holdfast.testkit.fault;

import io.holdfast.spi.ErrorKind;
import java.time.Duration;

/** One way in which a call goes wrong. Those that make no sense for an operation leave it as it is. */
public sealed interface Fault {

    /**
     * The call fails, and nothing has happened.
     *
     * @param kind of the failure
     */
    record Fails(ErrorKind kind) implements Fault {}

    /**
     * The call has happened, but its caller is told that it failed, as when the answer is lost.
     *
     * @param kind of the failure, usually {@code TIMEOUT}
     */
    record FailsAfterwards(ErrorKind kind) implements Fault {}

    /**
     * The call takes longer.
     *
     * @param by how much
     */
    record Delays(Duration by) implements Fault {}

    /**
     * A put leaves the first part of its object visible, as stores that are not atomic do when they break down.
     *
     * @param percent how much of the object
     * @param toldSo whether the put fails; otherwise it reports success
     */
    record TearsWrite(int percent, boolean toldSo) implements Fault {}

    /** A put or a delete reports success, and nothing has happened: a lost fsync. */
    record LosesWrite() implements Fault {}

    /** A put happens twice, as when a client library retries it; the second attempt finds the key taken. */
    record RepeatsWrite() implements Fault {}

    /**
     * A list does not know of the latest puts and deletes.
     *
     * @param operations of how many
     */
    record ListsStale(int operations) implements Fault {}

    /** One bit of what is read is wrong. */
    record FlipsBit() implements Fault {}

    /** A stream ends early without saying so. */
    record ShortensRead() implements Fault {}

    /**
     * From here on every call fails with {@code UNAVAILABLE}: the process, the network or the store is gone.
     *
     * @param afterwards whether the call itself still happens
     */
    record Crashes(boolean afterwards) implements Fault {}
}
