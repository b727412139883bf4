package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What parity is on the destination. For one thread. */
final class ParityList {

    private static final Logger LOG = LoggerFactory.getLogger(ParityList.class);

    private final VaultCore core;
    private final Map<Id, Long> sizes = new HashMap<>();

    private ParityList(VaultCore core) {
        this.core = core;
    }

    /** Lists it. */
    static ParityList take(VaultCore core, TransferContext context) throws PluginException {
        ParityList list = new ParityList(core);
        core.objects()
                .forEach(
                        "parity/",
                        stat -> ObjectNames.packOfParity(stat.key())
                                .ifPresent(pack -> list.sizes.put(pack, stat.size())),
                        context);
        return list;
    }

    /** Whether a pack has some. */
    boolean has(Id pack) {
        return sizes.containsKey(pack);
    }

    /**
     * Deletes what belongs to packs that are not there, listed after this was. What belongs to a lost pack stays: small packs come back
     * from their parity alone.
     *
     * @param deleted packs of which nothing is needed any more, lost or not
     * @return how many bytes
     */
    long deleteOrphans(Inventory inventory, Set<Id> deleted, TransferContext context) throws PluginException {
        long bytes = 0;
        for (Map.Entry<Id, Long> parity : sizes.entrySet()) {
            Id pack = parity.getKey();
            boolean lost =
                    inventory.lost().containsKey(pack) || inventory.gone().contains(pack);
            if (!inventory.packs().containsKey(pack) && (!lost || deleted.contains(pack))) {
                context.cancellation().throwIfCancelled();
                bytes += deleted(pack, context) ? parity.getValue() : 0;
            }
        }
        return bytes;
    }

    /** What is locked stays, and is met again by the next collection. */
    private boolean deleted(Id pack, TransferContext context) throws PluginException {
        try {
            core.objects().destination().delete(ObjectNames.parity(pack), context);
            return true;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.PERMISSION) {
                throw e;
            }
            LOG.info("Parity without a pack stays for now: {}", e.getMessage());
            return false;
        }
    }
}
