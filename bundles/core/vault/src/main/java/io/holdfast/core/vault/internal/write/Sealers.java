package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.pack.EntrySealer;
import io.holdfast.spi.PluginException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What entries are encrypted with, each as large as the largest entry: one for each thread that does so at this moment, few are kept. */
final class Sealers {

    private final ArrayDeque<EntrySealer> free = new ArrayDeque<>();
    private final int kept;

    /** @param kept so many are kept */
    Sealers(int kept) {
        this.kept = kept;
    }

    EntrySealer take() throws PluginException {
        EntrySealer sealer = poll();
        return sealer == null ? new EntrySealer() : sealer;
    }

    private synchronized @Nullable EntrySealer poll() {
        return free.poll();
    }

    synchronized void give(EntrySealer sealer) {
        if (free.size() < kept) {
            free.push(sealer);
        }
    }
}
