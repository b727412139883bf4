package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.lock.ImmutableObjects;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The end of a vault's keys, on purpose: FORMAT.md section 3.7. */
public final class KeyDestruction {

    private static final ObjectKey DESTROYED = ObjectNames.numbered("destroyed", 0);
    private static final int SMALL = 4096;

    private final Objects objects;
    private final String vaultId;
    private final TransferContext context;

    /**
     * Of the keys of that vault.
     *
     * @param vaultId in hex
     */
    public KeyDestruction(Objects objects, String vaultId, TransferContext context) {
        this.objects = objects;
        this.vaultId = vaultId;
        this.context = context;
    }

    /** Whether the keys of what lies there were destroyed. */
    public static boolean of(Objects objects, TransferContext context) throws PluginException {
        return !objects.list("destroyed/", context).isEmpty();
    }

    /** Why a vault has no key object at all. */
    PluginException why() throws PluginException {
        Optional<byte[]> record = objects.find(DESTROYED, SMALL, context);
        if (record.isEmpty()) {
            return new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "There is no key object of the vault " + vaultId
                            + " on this destination; look for another copy of it.");
        }
        Instant when = Instant.ofEpochMilli(
                Envelope.body(Envelope.DESTROYED, DESTROYED, record.get()).i64());
        return new PluginException(
                ErrorKind.AUTHENTICATION,
                "The keys of the vault " + vaultId + " were destroyed on purpose at " + when
                        + "; no recovery key, share or passphrase reads it any more.");
    }

    /**
     * Deletes every key object, for good. Can be repeated after a failure.
     *
     * @return how many were there
     * @throws PluginException {@code PERMISSION} if one is locked; then nothing was written or deleted
     */
    public int destroy(KeyRing keys, Instant now) throws PluginException {
        requireUnlocked();
        if (objects.destination().stat(DESTROYED, context).isEmpty()) {
            byte[] body = new Encoder().u64(now.toEpochMilli()).toBytes();
            objects.putExclusive(DESTROYED, Envelope.wrap(keys, Envelope.DESTROYED, DESTROYED, body), context);
        }
        List<ObjectKey> all = all();
        for (ObjectKey key : all) {
            delete(key);
        }
        List<ObjectKey> left = all();
        if (!left.isEmpty()) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE,
                    "The destination still lists " + left.get(0)
                            + " after its deletion; the vault is not destroyed yet.");
        }
        return all.size();
    }

    /** Some keys destroyed and others kept until their locks end would leave nobody sure of what can still be opened. */
    private void requireUnlocked() throws PluginException {
        ImmutableObjects locks = new ImmutableObjects(objects.destination());
        Instant last = Instant.MIN;
        int locked = 0;
        for (ObjectKey key : all()) {
            Optional<Instant> until = locks.until(key, context);
            if (until.isPresent()) {
                locked++;
                last = until.get().isAfter(last) ? until.get() : last;
            }
        }
        if (locked > 0) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "The keys of the vault " + vaultId + " cannot be destroyed before " + last + ": " + locked
                            + " key objects are locked for immutable backups until then, so nothing was changed. Make no"
                            + " further immutable backups, and try again after that.");
        }
    }

    private List<ObjectKey> all() throws PluginException {
        List<ObjectKey> all = new ArrayList<>();
        objects.forEach("keys/" + vaultId + ".", stat -> all.add(stat.key()), context);
        objects.forEach("epochs/", stat -> all.add(stat.key()), context);
        return all;
    }

    private void delete(ObjectKey key) throws PluginException {
        try {
            objects.destination().delete(key, context);
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return;
            }
            throw new PluginException(
                    e.kind(),
                    "The key object " + key + " cannot be deleted, so the vault is not destroyed: " + e.getMessage(),
                    e);
        }
    }
}
