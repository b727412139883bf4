package io.holdfast.access.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new key epoch. Whatever opens the vault now and is to open the new epoch, too, has to be given, as nobody else knows it; the
 * recovery key only if the appliance does not know it.
 *
 * @param recoveryKey the present one, if the appliance does not know it
 * @param newRecoveryKey whether a new recovery key is made, so that the present one opens earlier epochs only; false if absent
 * @param passphrase the vault's passphrase, or a new one
 * @param withoutPassphrase whether the present passphrase shall not open the new epoch; false if absent
 * @param shares as many recovery shares of each set as it needs
 * @param withoutShares whether sets of which no share was given shall not open the new epoch; false if absent
 */
public record RotateKeysInput(
        @Nullable String recoveryKey,
        @Nullable Boolean newRecoveryKey,
        @Nullable String passphrase,
        @Nullable Boolean withoutPassphrase,
        @Nullable List<String> shares,
        @Nullable Boolean withoutShares) {

    @Override
    public String toString() {
        return "RotateKeysInput";
    }
}
