package io.holdfast.spi.destination;

/**
 * What a destination can do beyond the minimum. A destination declares what was found when it was opened, not what its
 * brochure says. Constants may be added in a minor version.
 */
public enum DestinationCapability {
    /**
     * Of several concurrent puts of one key exactly one succeeds, and a key that is taken is refused. Where this is
     * missing, the core arbitrates through its own server.
     */
    EXCLUSIVE_PUT,
    /** An object is listed as soon as its put has returned, and not any more once its delete has. */
    LIST_AFTER_WRITE,
    /** Ranges are read at about the price of their length, in any order, several at once. */
    RANDOM_ACCESS,
    /** Objects should be written and read in order; a read may have to wait for a medium (tape, archive tiers). */
    SEQUENTIAL,
    /** Objects can be deleted. */
    DELETE,
    /** The destination is an {@link ImmutableStore}. */
    IMMUTABILITY,
    /** The store verifies a checksum of what arrives before the put succeeds. */
    CHECKED_PUT,
    /** {@link Destination#capacity} gives numbers. */
    CAPACITY
}
