package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.HashSet;
import java.util.Set;

/** Wrapped key material of a vault, as it is, for a replica. */
public final class KeySlots {

    private KeySlots() {}

    /**
     * Copies the key objects that the replica does not have: slots first, then the records that put epochs in force.
     *
     * @param vaultId in hex
     * @return how many slots there are
     */
    public static int copy(Objects from, Objects to, String vaultId, TransferContext reading, TransferContext writing)
            throws PluginException {
        int slots = missing(from, to, "keys/" + vaultId + ".", KeySlot.MAX_LENGTH, reading, writing);
        missing(from, to, "epochs/", EpochRecord.MAX_LENGTH, reading, writing);
        return slots;
    }

    private static int missing(
            Objects from, Objects to, String prefix, int max, TransferContext reading, TransferContext writing)
            throws PluginException {
        Set<ObjectKey> there = new HashSet<>();
        to.forEach(prefix, stat -> there.add(stat.key()), writing);
        int count = 0;
        for (ObjectStat stat : from.list(prefix, reading)) {
            count++;
            if (!there.contains(stat.key())) {
                byte[] slot = from.get(stat.key(), max, reading);
                if (!to.putExclusive(stat.key(), slot, writing)) {
                    throw new PluginException(
                            ErrorKind.CONFLICT,
                            "Another key lies under " + stat.key()
                                    + " on the replica; both vaults were given new keys.");
                }
            }
        }
        return count;
    }
}
