package io.holdfast.core.security;

import java.util.List;

/**
 * How the master key is kept.
 *
 * @param open whether it is at hand: secrets can be sealed and unsealed
 * @param message why it is not, and what to do; empty if it is, or while it is being opened
 * @param ways all that are configured or keep the key, by name
 */
public record MasterKeyStatus(boolean open, String message, List<KeyWay> ways) {

    /** Copies the list. */
    public MasterKeyStatus {
        ways = List.copyOf(ways);
    }
}
