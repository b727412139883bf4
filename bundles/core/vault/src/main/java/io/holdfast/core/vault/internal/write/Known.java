package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** What need not be written again: what the index trusts, and what this session has written or is about to. */
final class Known {

    private final VaultIndex index;
    private final ConcurrentHashMap<Id, Boolean> session = new ConcurrentHashMap<>();

    Known(VaultIndex index) {
        this.index = index;
    }

    VaultIndex index() {
        return index;
    }

    /** Whether the caller must write it: nobody else will. */
    boolean claim(Id id) throws PluginException {
        return !session.containsKey(id) && !index.trusts(id) && session.putIfAbsent(id, Boolean.TRUE) == null;
    }

    /** Whether it is there or will be. */
    boolean has(Id id) throws PluginException {
        return session.containsKey(id) || index.trusts(id);
    }

    /** Whether everything in a pack is there or will be. */
    boolean all(SealedPack pack) throws PluginException {
        for (PackEntry entry : pack.entries()) {
            if (!has(entry.id())) {
                return false;
            }
        }
        return true;
    }

    /** Adds what an earlier session has left. */
    void add(SealedPack pack) {
        pack.entries().forEach(entry -> session.put(entry.id(), Boolean.TRUE));
    }

    /** A segment has been put: it remembers these packs from now on. */
    void flushed(Segment segment, List<SealedPack> packs) throws PluginException {
        index.add(segment);
        for (SealedPack pack : packs) {
            for (PackEntry entry : pack.entries()) {
                session.remove(entry.id());
            }
        }
    }
}
