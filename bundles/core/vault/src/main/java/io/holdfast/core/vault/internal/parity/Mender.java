package io.holdfast.core.vault.internal.parity;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes what a damaged pack was from what is left of it and its parity. Writes nothing. Safe for use from any thread. */
public final class Mender {

    private static final Logger LOG = LoggerFactory.getLogger(Mender.class);

    private final Objects objects;
    private final KeyRing keys;

    /** A mender for the packs of that destination. */
    public Mender(Objects objects, KeyRing keys) {
        this.objects = objects;
        this.keys = keys;
    }

    /** Reads what is left of a pack and mends it; empty without parity, or if too much is damaged. */
    public Optional<Mended> mend(Id pack, TransferContext context) throws PluginException {
        Optional<ParityObject> parity = parity(pack, context);
        return parity.isEmpty() ? Optional.empty() : mend(pack, parity.get(), read(pack, context));
    }

    /** The whole bytes of a damaged pack; empty without parity, or if too much is damaged. */
    public Optional<byte[]> whole(Id pack, TransferContext context) throws PluginException {
        Optional<ParityObject> parity = parity(pack, context);
        if (parity.isEmpty()) {
            return Optional.empty();
        }
        byte[] found = read(pack, context);
        return mend(pack, parity.get(), found).map(mended -> mended.apply(0, mended.size(), found));
    }

    private Optional<ParityObject> parity(Id pack, TransferContext context) throws PluginException {
        try {
            Optional<byte[]> bytes = objects.findSalvaged(ObjectNames.parity(pack), ParityObject.MAX_LENGTH, context);
            return bytes.isEmpty() ? Optional.empty() : Optional.of(ParityObject.parse(keys, pack, bytes.get()));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Pack {} cannot be repaired: {}", pack, e.getMessage());
            return Optional.empty();
        }
    }

    private byte[] read(Id pack, TransferContext context) throws PluginException {
        return objects.findSalvaged(ObjectNames.pack(pack), PackFormat.MAX_PACK, context)
                .orElse(new byte[0]);
    }

    /** What makes these bytes the pack of that name; empty if nothing can. The name is proved. */
    public static Optional<Mended> mend(Id pack, ParityObject parity, byte[] found) {
        Layout layout = parity.layout();
        Optional<Map<Integer, byte[]>> blocks;
        try {
            blocks = new Reconstruction(parity, BlockSource.of(found)).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        Mended mended = new Mended(layout.packSize(), layout.blockSize(), blocks.orElse(Map.of()));
        return blocks.isPresent() && hash(mended, found).equals(pack) ? Optional.of(mended) : Optional.empty();
    }

    private static Id hash(Mended mended, byte[] found) {
        MessageDigest digest = Digests.sha256();
        for (int at = 0; at < mended.size(); at += mended.blockSize()) {
            byte[] there = at < found.length ? Arrays.copyOfRange(found, at, at + mended.blockSize()) : new byte[0];
            digest.update(mended.apply(at, mended.blockSize(), there));
        }
        return Id.of(digest.digest());
    }
}
