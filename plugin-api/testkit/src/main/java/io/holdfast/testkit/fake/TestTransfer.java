package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.TransferContext;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The context of one call to a destination. Counts bytes, can be cancelled, and, once {@link #retire retired}, answers every
 * use with a failure: a plugin that has kept it is found out.
 */
public final class TestTransfer implements TransferContext {

    private final TestCancellation cancellation = new TestCancellation();
    private final AtomicLong bytes = new AtomicLong();
    private final LongConsumer onBytes;
    private volatile boolean retired;
    private volatile boolean usedAfterRetirement;

    /** A context that only counts. */
    public TestTransfer() {
        this(total -> {});
    }

    /**
     * A context that calls back.
     *
     * @param onBytes is told the total after every report, on the reporting thread; may cancel, or block
     */
    public TestTransfer(LongConsumer onBytes) {
        this.onBytes = onBytes;
    }

    /** Cancels the call. */
    public void cancel() {
        cancellation.cancel();
    }

    /** Bytes reported so far. */
    public long bytes() {
        return bytes.get();
    }

    /** How many cancellation actions were registered and not taken back. */
    public int registrations() {
        return cancellation.registrations();
    }

    /** From now on the context must not be used any more. */
    public void retire() {
        retired = true;
    }

    /** Whether it was used nevertheless. */
    public boolean usedAfterRetirement() {
        return usedAfterRetirement;
    }

    @Override
    public Cancellation cancellation() {
        noteUse();
        return retired ? new Retired() : cancellation;
    }

    @Override
    public void transferred(long count) {
        noteUse();
        if (count < 0) {
            throw new IllegalArgumentException("transferred " + count + " bytes");
        }
        onBytes.accept(bytes.addAndGet(count));
    }

    private void noteUse() {
        if (retired) {
            usedAfterRetirement = true;
        }
    }

    /** Fails whoever asks. */
    private static final class Retired implements Cancellation {
        @Override
        public boolean isCancelled() {
            return true;
        }

        @Override
        public Registration onCancel(Runnable action) {
            return () -> {};
        }

        @Override
        public void throwIfCancelled() throws PluginException {
            throw new PluginException(ErrorKind.CANCELLED, "a context was used after its call had ended");
        }
    }
}
