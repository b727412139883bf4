package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In which packs of a vault lies what a backup needs and another vault does not have yet. For one thread. */
public final class CopyPlan {

    private final Inventory inventory;
    private final LiveSet live;
    private final List<Part> parts = new ArrayList<>();

    /** Knows what need not be copied. */
    public interface There {
        /** Whether the other vault has it, or is about to. */
        boolean has(Id id) throws PluginException;
    }

    /**
     * A pack of which something is needed.
     *
     * @param pack which
     * @param kind of what it holds
     * @param size in bytes
     * @param needed bytes of it that are needed, less than {@code size} even if everything is
     * @param suspect whether it is recorded as lost, and nothing else has the same: parity may still mend it
     */
    public record Part(Id pack, int kind, long size, long needed, boolean suspect) {}

    private CopyPlan(VaultCore core, Inventory inventory) throws PluginException {
        this.inventory = inventory;
        this.live = new LiveSet(inventory, core.runtime());
    }

    /**
     * Follows the clear references of a backup. Needs no reader keys.
     *
     * @param stock what is known of that vault from earlier copies
     * @param bad packs that were found damaged, besides those that are recorded
     * @throws PluginException {@code NOT_FOUND} without such a backup; {@code CORRUPT_DATA} if something that is needed is in no
     *     good pack
     */
    public static CopyPlan make(
            VaultCore source, CopyStock stock, BackupId backup, Set<Id> bad, There there, TransferContext context)
            throws PluginException {
        Map<Id, VerifyReport.State> lost = new HashMap<>(new HealthLog(source.objects(), source.keys()).lost(context));
        bad.forEach(pack -> lost.put(pack, VerifyReport.State.DAMAGED));
        CopyPlan plan = new CopyPlan(source, stock.of(source, lost, context));
        plan.follow(source, backup, there, context);
        plan.collect(backup, bad);
        return plan;
    }

    /** Whether a backup of a vault is followed by an index of it to its end, and everything is there. */
    public static boolean whole(
            VaultCore vault, VaultIndex index, BackupId backup, There there, TransferContext context)
            throws PluginException {
        boolean[] whole = {true};
        Marker.Visitor visitor = new Marker.Visitor() {
            @Override
            public void needed(Id id) throws PluginException {
                whole[0] &= there.has(id);
            }

            @Override
            public void unreadable(Id block, PluginException why) {
                whole[0] = false;
            }
        };
        try (Marker marker = new Marker(vault, index)) {
            return marker.mark(backup, visitor, context) && whole[0];
        }
    }

    private void follow(VaultCore source, BackupId backup, There there, TransferContext context)
            throws PluginException {
        Marker.Visitor visitor = new Marker.Visitor() {
            @Override
            public void needed(Id id) throws PluginException {
                if (!there.has(id)) {
                    live.needed(id);
                }
            }

            @Override
            public void unreadable(Id block, PluginException why) throws PluginException {
                throw new PluginException(
                        why.kind(),
                        "Backup " + backup + " is damaged, so it is not copied: " + why.getMessage()
                                + " Verify the destination that it is copied from.",
                        why);
            }
        };
        try (Marker marker = new Marker(source, inventory.index())) {
            if (!marker.mark(backup, visitor, context)) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND, "There is no backup " + backup + " to copy; it may have been forgotten.");
            }
        }
    }

    private void collect(BackupId backup, Set<Id> bad) throws PluginException {
        Set<Id> seen = new HashSet<>();
        boolean damaged = live.lost() > 0;
        for (Segment segment : inventory.index().segments()) {
            for (Segment.PackRow row : segment.packTable()) {
                long needed = live.bytes(row.pack());
                if (needed > 0 && seen.add(row.pack())) {
                    damaged |= bad.contains(row.pack());
                    long size = inventory.packs().getOrDefault(row.pack(), (long) row.size());
                    parts.add(new Part(
                            row.pack(),
                            row.kind(),
                            size,
                            needed,
                            inventory.lost().containsKey(row.pack())));
                }
            }
        }
        if (damaged) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "Backup " + backup
                            + " needs packs that are lost or damaged where it is, so it is not copied. Verify the"
                            + " destination that it is copied from; the next backup heals what its source still has.");
        }
        // blocks last: whoever finds one at the other vault finds what it refers to as well, most of the time
        parts.sort(java.util.Comparator.comparing((Part p) -> p.kind() == PackFormat.META)
                .thenComparing(Part::pack));
    }

    /** The packs, by what they hold, then by name. */
    public List<Part> parts() {
        return List.copyOf(parts);
    }

    /** Whether that place of an id is the one that is copied. */
    public boolean needs(Id id, Id pack) throws PluginException {
        return live.needs(id, pack);
    }
}
