package io.holdfast.testkit.validation;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tries on a customer's own storage whether it keeps what a destination promises: objects come back, ranges are exact, a taken key
 * is refused, of several writers one wins, lists are complete and in order, what is deleted is gone.
 *
 * <p>Works on objects below {@code validation/<run>/} and deletes them at the end, where the destination can. Moves about 4 MB up
 * and 5 MB down. Used by one thread; starts a few of its own, which end before it returns.
 */
public final class DestinationValidation {

    private static final int RACERS = 4;
    private static final int SMALL_OBJECTS = 12;
    private static final int PAGE = 5;
    private static final int LARGE = 4_000_003;

    /** A check; it says what it saw, or throws what it finds wrong. */
    private interface Check {
        String run() throws PluginException, IOException, InterruptedException;
    }

    private final Destination destination;
    private final TransferContext context;
    private final String prefix;
    private final Random random;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param destination open, and not closed by this
     * @param run names this run: 1 to 64 characters of {@code [a-z0-9-]}, never used before on this destination
     * @param seed of the content
     * @param context cancels the run
     */
    public DestinationValidation(Destination destination, String run, long seed, TransferContext context) {
        this.destination = destination;
        this.context = context;
        this.prefix = ObjectKey.of("validation/" + run).value() + "/";
        this.random = new Random(seed);
    }

    /**
     * Runs all checks; one that fails does not keep the others from running.
     *
     * @throws PluginException {@code CANCELLED} only
     */
    public List<Finding> run() throws PluginException {
        byte[] large = new byte[LARGE];
        random.nextBytes(large);
        check("an object comes back as it was stored", () -> storeAndRead(large));
        check("ranges are exact", () -> ranges(large));
        check("an empty object is kept", this::empty);
        check("a missing object is reported as missing", this::missing);
        promised(DestinationCapability.EXCLUSIVE_PUT, "a taken key is refused", this::taken);
        promised(DestinationCapability.EXCLUSIVE_PUT, "of several writers of one key one succeeds", this::race);
        promised(DestinationCapability.LIST_AFTER_WRITE, "lists are complete, in order, and up to date", this::lists);
        promised(DestinationCapability.CAPACITY, "free space is told", this::capacity);
        promised(DestinationCapability.DELETE, "what is deleted is gone", this::deleteAll);
        return List.copyOf(findings);
    }

    private void promised(DestinationCapability capability, String name, Check check) throws PluginException {
        if (destination.capabilities().contains(capability)) {
            check(name, check);
        } else {
            findings.add(
                    new Finding(name, Finding.Outcome.NOT_PROMISED, "the destination does not declare " + capability));
        }
    }

    private void check(String name, Check check) throws PluginException {
        context.cancellation().throwIfCancelled();
        try {
            findings.add(new Finding(name, Finding.Outcome.PASSED, check.run()));
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.CANCELLED) {
                throw e;
            }
            findings.add(new Finding(name, Finding.Outcome.FAILED, e.kind() + ": " + e.getMessage()));
        } catch (IOException e) {
            findings.add(new Finding(name, Finding.Outcome.FAILED, "while reading: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "the validation was interrupted", e);
        }
    }

    private ObjectKey key(String name) {
        return ObjectKey.of(prefix + name);
    }

    private byte[] read(ObjectKey key, long offset, long length) throws PluginException, IOException {
        try (InputStream in = destination.read(key, offset, length, context)) {
            return in.readAllBytes();
        }
    }

    private static void require(boolean condition, String otherwise) throws PluginException {
        if (!condition) {
            throw new PluginException(ErrorKind.CORRUPT_DATA, otherwise);
        }
    }

    private String storeAndRead(byte[] large) throws PluginException, IOException {
        destination.put(key("large"), Content.of(large), context);
        Optional<ObjectStat> stat = destination.stat(key("large"), context);
        require(stat.isPresent(), "the object is missing right after it was stored");
        long size = stat.map(ObjectStat::size).orElse(0L);
        require(size == LARGE, "the object has " + size + " bytes instead of " + LARGE);
        require(Arrays.equals(read(key("large"), 0, Long.MAX_VALUE), large), "other bytes came back than were stored");
        return LARGE + " bytes";
    }

    private String ranges(byte[] large) throws PluginException, IOException {
        for (int i = 0; i < 10; i++) {
            int offset = random.nextInt(LARGE);
            int length = random.nextInt(100_000);
            byte[] expected = Arrays.copyOfRange(large, offset, Math.min(LARGE, offset + length));
            require(
                    Arrays.equals(read(key("large"), offset, length), expected),
                    "the range of " + length + " bytes at " + offset + " is wrong");
        }
        require(read(key("large"), LARGE, 1).length == 0, "there are bytes past the end");
        return "10 ranges";
    }

    private String empty() throws PluginException, IOException {
        destination.put(key("empty"), Content.of(new byte[0]), context);
        require(destination.stat(key("empty"), context).isPresent(), "an object without bytes is not kept");
        require(read(key("empty"), 0, 10).length == 0, "an object without bytes has some");
        return "0 bytes";
    }

    private String missing() throws PluginException, IOException {
        require(destination.stat(key("missing"), context).isEmpty(), "an object that was never stored exists");
        try {
            read(key("missing"), 0, 1);
        } catch (PluginException e) {
            require(e.kind() == ErrorKind.NOT_FOUND, "reading it fails with " + e.kind() + " instead of NOT_FOUND");
            return "NOT_FOUND";
        }
        throw new PluginException(ErrorKind.CORRUPT_DATA, "an object that was never stored can be read");
    }

    private String taken() throws PluginException, IOException {
        destination.put(key("taken"), Content.of(new byte[] {1}), context);
        try {
            destination.put(key("taken"), Content.of(new byte[] {2}), context);
        } catch (PluginException e) {
            require(e.kind() == ErrorKind.ALREADY_EXISTS, "it fails with " + e.kind() + " instead of ALREADY_EXISTS");
            require(Arrays.equals(read(key("taken"), 0, 9), new byte[] {1}), "it was refused, but the object changed");
            return "ALREADY_EXISTS";
        }
        throw new PluginException(ErrorKind.CORRUPT_DATA, "a second put of one key succeeded: the store overwrites");
    }

    private String race() throws PluginException, IOException, InterruptedException {
        for (int round = 0; round < 5; round++) {
            ObjectKey contested = key("race-" + round);
            AtomicInteger winners = new AtomicInteger();
            AtomicReference<@Nullable PluginException> unexpected = new AtomicReference<>();
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                byte[] content = {(byte) i};
                threads.add(new Thread(
                        () -> raceOnce(contested, content, start, winners, unexpected), "destination-validation-" + i));
            }
            threads.forEach(Thread::start);
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            PluginException failure = unexpected.get();
            if (failure != null) {
                throw failure;
            }
            require(winners.get() == 1, winners.get() + " writers of one key were told that they succeeded");
            require(read(contested, 0, 9).length == 1, "the object is not whole");
        }
        return "5 rounds of " + RACERS + " writers";
    }

    private void raceOnce(
            ObjectKey contested,
            byte[] content,
            CountDownLatch start,
            AtomicInteger winners,
            AtomicReference<@Nullable PluginException> unexpected) {
        try {
            start.await();
            destination.put(contested, Content.of(content), context);
            winners.incrementAndGet();
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.ALREADY_EXISTS) {
                unexpected.set(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String lists() throws PluginException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < SMALL_OBJECTS; i++) {
            String name = "list" + (i % 3 == 0 ? "-" : "/") + (char) ('a' + i);
            expected.add(prefix + name);
            destination.put(key(name), Content.of(new byte[i]), context);
        }
        expected.sort(null);
        List<String> found = new ArrayList<>();
        ObjectKey after = null;
        List<ObjectStat> page;
        do {
            page = destination.list(prefix + "list", after, PAGE, context);
            page.forEach(stat -> found.add(stat.key().value()));
            after = page.isEmpty() ? after : page.get(page.size() - 1).key();
        } while (page.size() == PAGE && found.size() < 10 * SMALL_OBJECTS);
        require(found.equals(expected), "expected " + expected + " but the list is " + found);
        return SMALL_OBJECTS + " objects in pages of " + PAGE;
    }

    private String capacity() throws PluginException {
        Capacity capacity = destination.capacity(context);
        require(capacity.available().isPresent(), "no number was given");
        return capacity.available().getAsLong() + " bytes are available";
    }

    private String deleteAll() throws PluginException {
        List<ObjectStat> all = destination.list(prefix, null, 1_000, context);
        for (ObjectStat stat : all) {
            destination.delete(stat.key(), context);
            require(destination.stat(stat.key(), context).isEmpty(), stat.key() + " is still there");
        }
        destination.delete(key("large"), context);
        if (destination.capabilities().contains(DestinationCapability.LIST_AFTER_WRITE)) {
            require(destination.list(prefix, null, 10, context).isEmpty(), "deleted objects are still listed");
        }
        return all.size() + " objects";
    }
}
