package io.holdfast.spi.destination;

import java.util.OptionalLong;

/**
 * How much room a destination has. All numbers in bytes; empty where the store cannot tell.
 *
 * @param total what it can hold in all
 * @param available what can still be written by us, quotas and reserves taken off
 */
public record Capacity(OptionalLong total, OptionalLong available) {

    /** A store that does not tell. */
    public static Capacity unknown() {
        return new Capacity(OptionalLong.empty(), OptionalLong.empty());
    }
}
