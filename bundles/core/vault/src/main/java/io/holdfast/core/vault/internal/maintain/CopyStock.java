package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is in a vault that backups are copied from: kept from one copy to the next as long as no collection goes on there and
 * nothing else is recorded as lost. What came later is missing in it. Safe for use from any thread.
 */
public final class CopyStock {

    private record Kept(GcLog.State state, Map<Id, VerifyReport.State> lost, Inventory inventory) {}

    private @Nullable Kept kept;
    private boolean used;

    /** What is kept, or what there is now. */
    synchronized Inventory of(VaultCore core, Map<Id, VerifyReport.State> lost, TransferContext context)
            throws PluginException {
        GcLog.State now = new GcLog(core.objects(), core.keys()).state(context);
        Kept before = kept;
        if (before != null && before.state().same(now) && before.lost().equals(lost)) {
            used = true;
            return before.inventory();
        }
        kept = null;
        used = false;
        Inventory inventory = Inventory.take(core, lost, context);
        kept = new Kept(now, Map.copyOf(lost), inventory);
        return inventory;
    }

    /**
     * Keeps nothing any more.
     *
     * @return whether the last answer was one that had been kept
     */
    public synchronized boolean renew() {
        kept = null;
        boolean renewed = used;
        used = false;
        return renewed;
    }
}
