package io.holdfast.core.vault;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rotation of a vault's keys takes along: each way to the keys that is to open the new epoch too has to be given, since nobody else
 * knows its secret. {@link #toString} shows no secret.
 *
 * @param recoveryKey the printed key; or a new one, of which the earlier one then opens earlier epochs only
 * @param newRecoveryKey whether it is a new one
 * @param passphrase the passphrase of the vault, or a new one; null for none
 * @param withoutPassphrase whether the present passphrase shall not open the new epoch
 * @param shares as many of each set as it needs
 * @param withoutShares whether the sets of which no share was given shall not open the new epoch
 */
public record Rotation(
        RecoveryKey recoveryKey,
        boolean newRecoveryKey,
        @Nullable String passphrase,
        boolean withoutPassphrase,
        List<RecoveryShare> shares,
        boolean withoutShares) {

    /** Copies the list. */
    public Rotation {
        shares = List.copyOf(shares);
    }

    /** A vault that has nothing but its recovery key. */
    public static Rotation with(RecoveryKey recoveryKey) {
        return new Rotation(recoveryKey, false, null, false, List.of(), false);
    }

    @Override
    public String toString() {
        return "Rotation";
    }
}
