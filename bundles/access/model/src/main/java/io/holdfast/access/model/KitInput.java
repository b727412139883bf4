package io.holdfast.access.model;

import java.util.List;

/**
 * Shares to be printed, each on a page of its own.
 *
 * @param shares as they were told when the set was made
 */
public record KitInput(List<String> shares) {

    /** Copies the list. */
    public KitInput {
        shares = List.copyOf(shares);
    }

    @Override
    public String toString() {
        return "KitInput";
    }
}
