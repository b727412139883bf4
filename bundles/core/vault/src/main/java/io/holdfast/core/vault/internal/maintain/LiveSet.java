package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which entry of which pack is needed: one place for each id, a bit an entry. For one thread. */
final class LiveSet implements Marker.Visitor {

    private final VaultIndex index;
    private final Inventory inventory;
    private final List<BitSet> bits = new ArrayList<>();
    private final Map<Id, Long> liveBytes = new HashMap<>();
    private long lostIds;

    LiveSet(Inventory inventory) {
        this.inventory = inventory;
        this.index = inventory.index();
        index.segments().forEach(s -> bits.add(new BitSet(s.entries())));
    }

    private static final class Best {
        int segment = -1;
        int entry;
        boolean good;

        @Nullable
        Location location;
    }

    private Best best(Id id) throws PluginException {
        Best best = new Best();
        index.each(id, (segment, entry, location) -> {
            if (inventory.missing().contains(location.pack())) {
                return;
            }
            boolean good = !inventory.lost().containsKey(location.pack());
            Location before = best.location;
            boolean better = before == null
                    || good && !best.good
                    || good == best.good && location.pack().compareTo(before.pack()) < 0;
            if (better) {
                best.segment = segment;
                best.entry = entry;
                best.good = good;
                best.location = location;
            }
        });
        return best;
    }

    @Override
    public void needed(Id id) throws PluginException {
        Best best = best(id);
        Location location = best.location;
        if (location == null) {
            lostIds++;
        } else if (!bits.get(best.segment).get(best.entry)) {
            bits.get(best.segment).set(best.entry);
            liveBytes.merge(location.pack(), (long) location.length(), Long::sum);
        }
    }

    @Override
    public void unreadable(Id block, PluginException why) throws PluginException {
        if (best(block).good) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "A listing block cannot be read, so nothing is collected; verify the vault first: "
                            + why.getMessage(),
                    why);
        }
    }

    /** Whether that place of an id is the one that is needed. */
    boolean needs(Id id, Id pack) throws PluginException {
        Best best = best(id);
        Location location = best.location;
        return location != null
                && location.pack().equals(pack)
                && bits.get(best.segment).get(best.entry);
    }

    /** Needed bytes of a pack. */
    long bytes(Id pack) {
        return liveBytes.getOrDefault(pack, 0L);
    }

    /** Ids that are nowhere. */
    long lost() {
        return lostIds;
    }
}
