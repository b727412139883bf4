package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.keys.KeyDestruction;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wrapped key material of a vault, as it is, for a replica. */
public final class KeySlots {

    private static final Logger LOG = LoggerFactory.getLogger(KeySlots.class);
    private static final Pattern SLOT = Pattern.compile("keys/[0-9a-f]{32}\\.([0-9]{4})\\.[0-9]{4}");

    private final Objects from;
    private final Objects to;
    private final KeyRing keys;
    private final TransferContext reading;
    private final TransferContext writing;
    /** What came with this copy. */
    private final Set<ObjectKey> put = new LinkedHashSet<>();

    private KeySlots(Objects from, Objects to, KeyRing keys, TransferContext reading, TransferContext writing) {
        this.from = from;
        this.to = to;
        this.keys = keys;
        this.reading = reading;
        this.writing = writing;
    }

    /**
     * Copies the key objects and the epochs, in this order, that the replica does not have. What is damaged, or is no such object, is
     * passed over.
     *
     * @return how many key objects there are
     * @throws PluginException {@code UNSUPPORTED} if the keys were destroyed here or there: nothing brings them back
     */
    public static int copy(Objects from, Objects to, KeyRing keys, TransferContext reading, TransferContext writing)
            throws PluginException {
        requireKeys(from, reading);
        requireKeys(to, writing);
        return new KeySlots(from, to, keys, reading, writing).copy();
    }

    private int copy() throws PluginException {
        List<ObjectStat> epochs = from.list("epochs/", reading); // before their slots, which were put before them
        int slots;
        try {
            slots = copy("keys/" + keys.vaultIdHex() + ".", KeySlot.MAX_LENGTH, this::isSlot);
            copy(epochs, "epochs/", EpochRecord.MAX_LENGTH, this::isEpoch);
        } finally {
            undoIfDestroyed();
        }
        return slots;
    }

    private static void requireKeys(Objects objects, TransferContext context) throws PluginException {
        if (KeyDestruction.of(objects, context)) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "The keys of the vault were destroyed on purpose, on one side of the copy at least; nothing is copied.");
        }
    }

    /** A destruction that began meanwhile may have listed what there is before these came: it does not delete them. */
    private void undoIfDestroyed() throws PluginException {
        if (put.isEmpty() || !KeyDestruction.of(to, writing)) {
            return;
        }
        for (ObjectKey key : put) {
            try {
                to.destination().delete(key, writing);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        requireKeys(to, writing);
    }

    private interface Check {
        boolean good(ObjectKey key, byte[] bytes);
    }

    private boolean isSlot(ObjectKey key, byte[] bytes) {
        Matcher name = SLOT.matcher(key.value());
        return name.matches() && KeySlot.isOf(bytes, keys.vaultId(), Integer.parseInt(name.group(1)));
    }

    private boolean isEpoch(ObjectKey key, byte[] bytes) {
        try {
            EpochRecord.decode(keys, key, bytes);
            return true;
        } catch (PluginException e) {
            return false;
        }
    }

    private int copy(String prefix, int limit, Check check) throws PluginException {
        return copy(from.list(prefix, reading), prefix, limit, check);
    }

    private int copy(List<ObjectStat> listed, String prefix, int limit, Check check) throws PluginException {
        Set<ObjectKey> there = new HashSet<>();
        to.forEach(prefix, stat -> there.add(stat.key()), writing);
        int good = 0;
        for (ObjectStat stat : listed) {
            if (there.contains(stat.key())) {
                good++;
                continue;
            }
            Optional<byte[]> bytes = read(stat.key(), limit).filter(b -> check.good(stat.key(), b));
            if (bytes.isPresent()) {
                put(stat.key(), bytes.get());
                good++;
            } else {
                LOG.warn("{} is not copied: it is damaged, or no such object as its name says", stat.key());
            }
        }
        return good;
    }

    private Optional<byte[]> read(ObjectKey key, int limit) throws PluginException {
        try {
            return from.find(key, limit, reading);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void put(ObjectKey key, byte[] bytes) throws PluginException {
        put.add(key); // before, since its outcome may remain unknown
        if (!to.putExclusive(key, bytes, writing)) {
            put.remove(key);
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "Another key lies under " + key + " on the replica; both vaults were given new keys.");
        }
    }
}
