package io.holdfast.core.vault;

import java.time.Duration;

/**
 * Verification in turns: each run reads one slice of the packs, and after {@link #slices} runs every byte of every pack that is still there was
 * read. Packs belong to slices by their names, so what comes and goes meanwhile moves nothing. Immutable; two numbers that whoever
 * schedules the runs keeps.
 *
 * @param slices how many runs make a round, 1 to 65,536
 * @param runs how many runs have been completed, at least 0
 */
public record VerifyRotation(int slices, long runs) {

    private static final int MOST = 65_536;

    /** Checks the ranges. */
    public VerifyRotation {
        if (slices < 1 || slices > MOST || runs < 0) {
            throw new IllegalArgumentException("run " + runs + " of a rotation of " + slices);
        }
    }

    /**
     * A rotation that begins.
     *
     * @param window within which each byte is to be read
     * @param interval from one run to the next; positive
     */
    public static VerifyRotation within(Duration window, Duration interval) {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("interval " + interval);
        }
        return new VerifyRotation((int) Math.max(1, Math.min(MOST, window.dividedBy(interval))), 0);
    }

    /** What the next run verifies. The first run of a round also follows all references of all backups. */
    public VerifyScope next() {
        return VerifyScope.rotation((int) (runs % slices), slices);
    }

    /** The rotation after a run that was completed. One that failed or was cancelled is repeated. */
    public VerifyRotation completed() {
        return new VerifyRotation(slices, runs + 1);
    }

    /** How many times everything was read by now. */
    public long rounds() {
        return runs / slices;
    }

    /**
     * The budget of one run: the rate to which its transfer context is to be limited so that it ends within its time and takes no more of the
     * destination than it must.
     *
     * @param storedBytes size of all packs, as {@link VerifyReport#bytes} of a run times {@link #slices} or the destination's use says
     * @param time within which a run is to end, at least a second
     * @return bytes a second, at least 1
     */
    public long bytesPerSecond(long storedBytes, Duration time) {
        long seconds = Math.max(1, time.toSeconds());
        return Math.max(1, storedBytes / slices / seconds);
    }
}
