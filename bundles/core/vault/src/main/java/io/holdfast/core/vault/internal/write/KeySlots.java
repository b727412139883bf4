package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Wrapped key material of a vault, as it is, for a replica. */
public final class KeySlots {

    private KeySlots() {}

    /**
     * Copies the key objects and the epochs, in this order, that the replica does not have.
     *
     * @return how many key objects there are
     * @throws PluginException {@code UNSUPPORTED} if the keys were destroyed here or there: nothing brings them back
     */
    public static int copy(Objects from, Objects to, KeyRing keys, TransferContext reading, TransferContext writing)
            throws PluginException {
        requireKeys(from, reading);
        requireKeys(to, writing);
        List<ObjectStat> epochs = from.list("epochs/", reading); // before their slots, which were put before them
        String slots = "keys/" + keys.vaultIdHex() + ".";
        List<ObjectStat> listed = from.list(slots, reading);
        copy(listed, from, to, slots, KeySlot.MAX_LENGTH, reading, writing);
        copy(epochs, from, to, "epochs/", EpochRecord.MAX_LENGTH, reading, writing);
        return listed.size();
    }

    private static void requireKeys(Objects objects, TransferContext context) throws PluginException {
        if (!objects.list("destroyed/", context).isEmpty()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "The keys of the vault were destroyed on purpose, on one side of the copy at least; nothing is copied.");
        }
    }

    private static void copy(
            List<ObjectStat> listed,
            Objects from,
            Objects to,
            String prefix,
            int limit,
            TransferContext reading,
            TransferContext writing)
            throws PluginException {
        Set<ObjectKey> there = new HashSet<>();
        to.forEach(prefix, stat -> there.add(stat.key()), writing);
        for (ObjectStat stat : listed) {
            if (!there.contains(stat.key())) {
                byte[] bytes = from.get(stat.key(), limit, reading);
                if (!to.putExclusive(stat.key(), bytes, writing)) {
                    throw new PluginException(
                            ErrorKind.CONFLICT,
                            "Another key lies under " + stat.key()
                                    + " on the replica; both vaults were given new keys.");
                }
            }
        }
    }
}
