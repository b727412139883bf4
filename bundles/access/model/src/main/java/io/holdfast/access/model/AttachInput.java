package io.holdfast.access.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a vault comes to be on a destination.
 *
 * @param mode CREATE if absent
 * @param passphrase opens an adopted vault, or further protects a new one's recovery key
 * @param recoveryKey opens an adopted vault instead of the passphrase
 * @param shares recovery shares of one set, as printed, open an adopted vault as well
 * @param replicaOf the destination whose vault a REPLICA is made of
 */
public record AttachInput(
        @Nullable AttachMode mode,
        @Nullable String passphrase,
        @Nullable String recoveryKey,
        @Nullable List<String> shares,
        @Nullable String replicaOf) {

    /** The shares; empty if there are none. */
    public List<String> givenShares() {
        return shares == null ? List.of() : shares;
    }

    @Override
    public String toString() {
        return "AttachInput[" + mode + "]";
    }
}
