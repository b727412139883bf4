package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport.Remedy;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.pack.PackHeader;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs damaged packs from their parity, FORMAT.md section 5.4: what they held is copied, sealed as it is, into new packs. To be begun
 * when the damaged ones are recorded as lost. For one thread.
 */
final class Rescue {

    private static final Logger LOG = LoggerFactory.getLogger(Rescue.class);

    private final VaultCore core;
    private final Inventory inventory;
    private final ParityList parity;
    private final Set<Id> damaged;
    private final Set<Id> writtenWrong;
    private final TransferContext context;
    private final Mender mender;
    private final Set<Id> stored = new HashSet<>();
    /** Those of them that the pack has which is being copied. */
    private final Set<Id> asked = new HashSet<>();

    private final Map<Id, Remedy> remedies = new TreeMap<>();

    /**
     * A rescue.
     *
     * @param damaged all packs that are known not to be whole
     * @param writtenWrong those of them that are as they were written, so that parity does not help
     */
    Rescue(
            VaultCore core,
            Inventory inventory,
            ParityList parity,
            Set<Id> damaged,
            Set<Id> writtenWrong,
            TransferContext context) {
        this.core = core;
        this.inventory = inventory;
        this.parity = parity;
        this.damaged = damaged;
        this.writtenWrong = writtenWrong;
        this.context = context;
        this.mender = new Mender(core.objects(), core.keys());
    }

    /** Repairs what can be repaired and says so of each damaged pack. */
    Map<Id, Remedy> run() throws PluginException {
        RewrittenPacks output = new RewrittenPacks(core, context);
        Repacker repacker = new Repacker(core, this::needs, output.newSession(), output);
        Set<Id> copied = new HashSet<>();
        boolean room = !core.readOnly();
        for (Id pack : damaged) {
            context.cancellation().throwIfCancelled();
            if (!parity.has(pack) || writtenWrong.contains(pack)) {
                remedies.put(pack, Remedy.NONE);
                continue;
            }
            Optional<byte[]> whole = mender.whole(pack, context);
            if (whole.isEmpty()) {
                remedies.put(pack, Remedy.TOO_MUCH_DAMAGE);
                continue;
            }
            if (PackTable.find(core.keys(), pack, whole.get()).isEmpty()) {
                remedies.put(pack, Remedy.NONE); // it never was a pack
                continue;
            }
            remedies.put(pack, Remedy.REPAIRABLE);
            if (room) {
                room = copy(repacker, output, pack, whole.get(), copied);
            }
        }
        if (publish(output)) {
            copied.forEach(pack -> remedies.put(pack, Remedy.REPAIRED));
        }
        return remedies;
    }

    /** Whether there is room for more. */
    private boolean copy(Repacker repacker, RewrittenPacks output, Id pack, byte[] whole, Set<Id> copied)
            throws PluginException {
        asked.clear();
        try {
            PackHeader header = PackHeader.parse(pack.hex(), whole, core.keys().vaultId());
            output.lockLike(pack);
            repacker.copy(pack, whole, header.kind());
            copied.add(pack);
            return true;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                return refused(e);
            }
            LOG.warn("Pack {} was written wrong and cannot be repaired: {}", pack, e.getMessage());
            remedies.put(pack, Remedy.NONE);
            asked.forEach(stored::remove);
            return true;
        }
    }

    private static boolean publish(RewrittenPacks output) throws PluginException {
        try {
            output.publish();
            return true;
        } catch (PluginException e) {
            return refused(e);
        }
    }

    /** Without room, everything stays as it is: restores read by way of the parity, and a later verification repairs. */
    private static boolean refused(PluginException e) throws PluginException {
        if (e.kind() != ErrorKind.QUOTA) {
            throw e;
        }
        LOG.warn("No room to repair damaged packs now: {}", e.getMessage());
        return false;
    }

    /** Whether no good pack has the entry. */
    private boolean needs(Id entry, Id pack) throws PluginException {
        for (Location location : inventory.index().find(entry)) {
            Id place = location.pack();
            if (!damaged.contains(place)
                    && inventory.packs().containsKey(place)
                    && !inventory.lost().containsKey(place)) {
                return false;
            }
        }
        return stored.add(entry) && asked.add(entry);
    }
}
