package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.manifest.ManifestSecrets;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.read.LostParts;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says which backups need something that is recorded as lost, and whether it exists elsewhere. For one thread. */
public final class HealthScan {

    private final VaultCore core;
    private final TransferContext context;
    private final Map<Id, Optional<VerifyReport.State>> findings;
    private final Set<Id> readable;
    private final Map<Id, BlockState> states = new HashMap<>();
    private boolean nameless;

    /** What a block and all it refers to is worth. */
    private record BlockState(boolean concerned, Set<Id> lost) {}

    /**
     * A scan of that vault.
     *
     * @param findings what was found by now, recorded or not; an empty state says that the pack is whole
     */
    public HealthScan(VaultCore core, Map<Id, Optional<VerifyReport.State>> findings, TransferContext context) {
        this(core, findings, Set.of(), context);
    }

    /**
     * The same.
     *
     * @param readable damaged packs that are read correctly by way of their parity, so that nothing in them is lost
     */
    HealthScan(
            VaultCore core, Map<Id, Optional<VerifyReport.State>> findings, Set<Id> readable, TransferContext context) {
        this.core = core;
        this.readable = Set.copyOf(readable);
        this.findings = Map.copyOf(findings);
        this.context = context;
    }

    /** The backups that are or were concerned; empty if nothing is recorded as lost. */
    public List<BackupHealth> run() throws PluginException {
        return run(false);
    }

    /** The same, where {@code always} finds as well what is needed and nowhere, although nothing is recorded as lost. */
    List<BackupHealth> run(boolean always) throws PluginException {
        Map<Id, VerifyReport.State> lost = new HealthLog(core.objects(), core.keys()).lost(context);
        findings.forEach((pack, state) -> state.ifPresentOrElse(s -> lost.put(pack, s), () -> lost.remove(pack)));
        if (lost.isEmpty() && !always) {
            return List.of();
        }
        // Manifests first: what they refer to was there before them. One that is still there later needs all of it.
        List<BackupId> backups = new ArrayList<>();
        core.objects().forEach("manifests/", s -> ObjectNames.backupOf(s.key()).ifPresent(backups::add), context);
        Inventory inventory = Inventory.take(core, lost, context);
        List<BackupHealth> all = new ArrayList<>();
        PackReader packs = new PackReader(core.objects(), core.keys());
        try (BlockReader blocks = new BlockReader(core.keys(), inventory.index(), packs)) {
            for (BackupId id : backups) {
                backup(id, inventory, blocks, packs).ifPresent(all::add);
            }
        }
        return all;
    }

    /** Whether a backup needs something that is nowhere, and no pack is known that had it. */
    boolean nameless() {
        return nameless;
    }

    private Optional<BackupHealth> backup(BackupId id, Inventory inventory, BlockReader blocks, PackReader packs)
            throws PluginException {
        Optional<ManifestCodec.Loaded> loaded;
        try {
            byte[] bytes = core.objects().get(ObjectNames.manifest(id), ManifestCodec.MAX_LENGTH, context);
            loaded = ManifestCodec.decode(core.keys(), id, bytes);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
        if (loaded.isEmpty()) {
            return Optional.empty();
        }
        boolean concerned = false;
        Set<Id> lost = new HashSet<>();
        for (Manifest.SourceRefs source : loaded.get().manifest().sources()) {
            for (List<Manifest.BlockRef> layer : source.layers()) {
                for (Manifest.BlockRef block : layer) {
                    BlockState state = state(Marker.blockType(source), block.id(), inventory, blocks);
                    concerned |= state.concerned();
                    lost.addAll(state.lost());
                }
            }
        }
        return concerned
                ? Optional.of(new BackupHealth(id, lost.size(), parts(loaded.get(), lost, inventory, packs)))
                : Optional.empty();
    }

    private List<Problem> parts(ManifestCodec.Loaded loaded, Set<Id> lost, Inventory inventory, PackReader packs)
            throws PluginException {
        if (lost.isEmpty() || !core.keys().canRead()) {
            return List.of();
        }
        try (LostParts parts = new LostParts(core.keys(), inventory.index(), packs, lost, context)) {
            return parts.of(loaded.manifest(), ManifestSecrets.decode(core.keys(), loaded));
        }
    }

    private BlockState state(int type, Id block, Inventory inventory, BlockReader blocks) throws PluginException {
        BlockState known = states.get(block);
        if (known != null) {
            return known;
        }
        context.cancellation().throwIfCancelled();
        Set<Id> lost = new HashSet<>();
        boolean concerned = look(block, inventory, lost);
        if (lost.isEmpty()) {
            try {
                for (BlockRefs.Target target : blocks.targets(type, block, context)) {
                    if (target.map()) {
                        BlockState below = state(PackFormat.MAP, target.id(), inventory, blocks);
                        concerned |= below.concerned();
                        lost.addAll(below.lost());
                    } else {
                        concerned |= look(target.id(), inventory, lost);
                    }
                }
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                concerned = true;
                lost.add(block);
            }
        }
        BlockState state = new BlockState(concerned, lost);
        states.put(block, state);
        return state;
    }

    /** Whether an id is or was touched by a loss; adds it if no trusted pack has it. */
    private boolean look(Id id, Inventory inventory, Set<Id> lost) throws PluginException {
        boolean touched = false;
        boolean good = false;
        for (Location location : inventory.index().find(id)) {
            boolean bad = inventory.lost().containsKey(location.pack())
                    || inventory.missing().contains(location.pack());
            touched |= bad && !inventory.collected().contains(location.pack());
            good |= !bad || readable.contains(location.pack());
        }
        if (!good) {
            lost.add(id);
            nameless |= !touched;
        }
        return touched || !good;
    }
}
