package io.holdfast.core.vault;

/**
 * How much parity is stored beside new packs, so that damage inside of them is repaired from the destination alone. May be another one
 * each time a vault is opened; what is stored already stays.
 *
 * @param percent of the stored bytes, 0 to 50; 0 for none
 */
public record Redundancy(int percent) {

    /** The greatest share. */
    public static final int MAX_PERCENT = 50;

    /** Checks the range. */
    public Redundancy {
        if (percent < 0 || percent > MAX_PERCENT) {
            throw new IllegalArgumentException("parity must be 0 to " + MAX_PERCENT + " percent");
        }
    }

    /** No parity. */
    public static Redundancy none() {
        return new Redundancy(0);
    }

    /** Whether any is stored. */
    public boolean any() {
        return percent > 0;
    }
}
