package io.holdfast.access.model;

import io.holdfast.core.security.MasterKeyStatus;
import java.util.List;

/**
 * How the key is kept under which secrets are sealed.
 *
 * @param open whether it is at hand: secrets can be sealed and unsealed
 * @param message why it is not, and what to do; empty if it is, or while it is being opened
 * @param ways all that are configured or keep the key, by name
 */
public record MasterKeyDto(boolean open, String message, List<KeyWayDto> ways) {

    /** A status as it is shown. */
    public static MasterKeyDto of(MasterKeyStatus status) {
        return new MasterKeyDto(
                status.open(),
                status.message(),
                status.ways().stream().map(KeyWayDto::of).toList());
    }
}
