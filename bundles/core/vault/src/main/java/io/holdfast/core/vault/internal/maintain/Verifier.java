package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyReport.Finding;
import io.holdfast.core.vault.VerifyReport.Remedy;
import io.holdfast.core.vault.VerifyReport.State;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.manifest.ManifestSecrets;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads objects again and names what is wrong with them. For one thread. */
public final class Verifier {

    private final VaultCore core;
    private final VerifyScope scope;
    private final Progress progress;
    private final TransferContext context;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Id, Optional<State>> records = new HashMap<>();
    private final Map<BackupId, Long> unreadable = new HashMap<>();
    private final Map<Id, PackCheck.Verdict> vanished = new TreeMap<>();
    private final Map<Id, PackCheck.Verdict> bad = new TreeMap<>();
    private final Set<Id> writtenWrong = new HashSet<>();
    private final Map<Id, Remedy> remedies = new HashMap<>();
    private long parityAdded;
    private long packs;
    private long bytes;

    /** A verification of that vault. */
    public Verifier(VaultCore core, VerifyScope scope, Progress progress, TransferContext context) {
        this.core = core;
        this.scope = scope;
        this.progress = progress;
        this.context = context;
    }

    /** Verifies, records what was found unless the vault is open for reading alone, and says what it means. */
    public VerifyReport run() throws PluginException {
        if (scope.content() && !core.keys().canRead()) {
            throw new PluginException(ErrorKind.PERMISSION, "Verifying content needs the reader keys.");
        }
        progress.step("Taking stock");
        ParityList parity = ParityList.take(core, context);
        Inventory inventory = Inventory.take(core, context);
        manifests();
        if (scope.backup().isEmpty()) {
            findings.addAll(new FoundationCheck(core, context).run());
            segments();
        }
        Map<Id, Integer> chosen = choose(inventory);
        progress.expect(chosen.values().stream().mapToLong(s -> s).sum(), chosen.size());
        progress.step("Reading packs");
        ParityCheck parities = new ParityCheck(core, parity, findings, context);
        try (PackCheck check = new PackCheck(core, scope.content(), context)) {
            for (Map.Entry<Id, Integer> pack : chosen.entrySet()) {
                context.cancellation().throwIfCancelled();
                pack(pack.getKey(), pack.getValue(), inventory, check);
                bytes += parities.check(pack.getKey(), check.last());
            }
        }
        vanished();
        parityAdded = parities.added();
        report(inventory);
        if (!core.readOnly()) {
            new HealthLog(core.objects(), core.keys()).record(records, context);
        }
        repair(inventory, parity);
        return new VerifyReport(packs, bytes, findings, healths(), parityAdded);
    }

    /** After the record, so that whoever meets both the damaged pack and its copy relies on the copy. */
    private void repair(Inventory inventory, ParityList parity) throws PluginException {
        if (!bad.isEmpty()) {
            progress.step("Repairing from parity");
            remedies.putAll(new Rescue(core, inventory, parity, bad.keySet(), writtenWrong, context).run());
        }
        bad.forEach((pack, verdict) -> {
            Remedy remedy = remedies.getOrDefault(pack, Remedy.NONE);
            String message = verdict.message() + said(remedy);
            findings.add(new Finding(ObjectNames.pack(pack).value(), verdict.state(), message, remedy));
        });
    }

    private static String said(Remedy remedy) {
        return switch (remedy) {
            case NONE -> "";
            case REPAIRED -> " Repaired from its parity: what it held is stored once more; a collection deletes it.";
            case REPAIRABLE -> " It can be repaired from its parity, and restores read it so; nothing was written.";
            case TOO_MUCH_DAMAGE -> " More is damaged than its parity can repair.";
        };
    }

    private Set<Id> readable() {
        Set<Id> readable = new HashSet<>();
        remedies.forEach((pack, remedy) -> {
            if (remedy == Remedy.REPAIRABLE) {
                readable.add(pack);
            }
        });
        return readable;
    }

    /** What is recorded as lost concerns some backups; others cannot be read although every pack of theirs is whole. */
    private List<BackupHealth> healths() throws PluginException {
        List<BackupHealth> healths = new ArrayList<>();
        // once in a rotation: a pack that no segment names can be lost without a trace but for what refers to it
        boolean everything = scope.backup().isEmpty()
                && scope.slice() == 0
                && core.objects().destination().capabilities().contains(DestinationCapability.LIST_AFTER_WRITE);
        HealthScan scan = new HealthScan(core, records, readable(), context);
        for (BackupHealth health : scan.run(everything)) {
            if (!health.whole()) {
                unreadable.remove(health.backup()); // known in more detail
            }
            if (!unreadable.containsKey(health.backup())) {
                healths.add(health);
            }
        }
        unreadable.forEach((backup, pieces) -> healths.add(new BackupHealth(backup, pieces, List.of())));
        if (everything && scan.nameless()) {
            recordNameless();
        }
        return healths;
    }

    private void recordNameless() throws PluginException {
        HealthLog log = new HealthLog(core.objects(), core.keys());
        if (!core.readOnly() && !log.lost(context).containsKey(HealthLog.NAMELESS)) {
            log.record(Map.of(HealthLog.NAMELESS, Optional.of(State.MISSING)), context);
        }
    }

    /** The packs to read, with the sizes that they should have. */
    private Map<Id, Integer> choose(Inventory inventory) throws PluginException {
        Map<Id, Integer> sizes = new TreeMap<>();
        inventory.packs().forEach((pack, size) -> sizes.put(pack, (int) Math.min(size, Integer.MAX_VALUE)));
        for (Segment segment : inventory.index().segments()) {
            for (Segment.PackRow row : segment.packTable()) {
                sizes.put(row.pack(), row.size());
            }
        }
        inventory.lost().keySet().forEach(pack -> sizes.putIfAbsent(pack, 0));
        sizes.remove(HealthLog.NAMELESS);
        if (scope.backup().isPresent()) {
            sizes.keySet().retainAll(needed(scope.backup().get(), inventory));
        }
        sizes.keySet().removeAll(inventory.collected());
        sizes.keySet().removeIf(pack -> (int) (pack.a() >>> 48) % scope.slices() != scope.slice());
        return sizes;
    }

    private java.util.Set<Id> needed(BackupId backup, Inventory inventory) throws PluginException {
        java.util.Set<Id> needed = new java.util.HashSet<>();
        try (Marker marker = new Marker(core, inventory.index())) {
            Marker.Visitor visitor = new Marker.Visitor() {
                @Override
                public void needed(Id id) throws PluginException {
                    List<Location> locations = inventory.index().find(id);
                    locations.forEach(location -> needed.add(location.pack()));
                    if (locations.isEmpty()) {
                        unreadable.merge(backup, 1L, Long::sum);
                    }
                }

                @Override
                public void unreadable(Id block, PluginException why) {
                    // its pack is among the needed ones and will be found damaged
                }
            };
            if (!marker.mark(backup, visitor, context) && findings.isEmpty()) {
                throw new PluginException(ErrorKind.NOT_FOUND, "There is no backup " + backup + ".");
            }
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
        }
        Long unknown = unreadable.get(backup);
        if (unknown != null && findings.isEmpty()) {
            findings.add(new Finding(
                    "index/",
                    State.MISSING,
                    "Neither an index segment nor a pack says where " + unknown + " pieces of backup " + backup
                            + " are."));
        }
        return needed;
    }

    private void pack(Id pack, int size, Inventory inventory, PackCheck check) throws PluginException {
        packs++;
        Optional<PackCheck.Verdict> verdict = check.check(pack, size);
        bytes += verdict.isPresent() && verdict.get().state() == State.MISSING ? 0 : size;
        progress.done(size, 1);
        State before = inventory.lost().get(pack);
        if (verdict.isEmpty()) {
            if (before != null) {
                records.put(pack, Optional.empty());
            }
            return;
        }
        if (check.last().length > 0) {
            writtenWrong.add(pack);
        }
        boolean unexpected = verdict.get().state() == State.MISSING && before == null;
        (unexpected ? vanished : bad).put(pack, verdict.get());
    }

    /** A pack that is not there was lost, unless a collection has deleted it since stock was taken. */
    private void vanished() throws PluginException {
        if (!vanished.isEmpty()) {
            vanished.keySet().retainAll(Inventory.take(core, context).gone());
            bad.putAll(vanished);
        }
    }

    private void report(Inventory inventory) {
        bad.forEach((pack, verdict) -> {
            if (inventory.lost().get(pack) != verdict.state()) {
                records.put(pack, Optional.of(verdict.state()));
            }
        });
    }

    private void manifests() throws PluginException {
        String prefix = scope.backup().map(b -> ObjectNames.manifest(b).value()).orElse("manifests/");
        for (ObjectStat stat : core.objects().list(prefix, context)) {
            Optional<BackupId> id = ObjectNames.backupOf(stat.key());
            if (id.isPresent()) {
                manifest(id.get(), stat);
            }
        }
    }

    private void manifest(BackupId id, ObjectStat stat) throws PluginException {
        Optional<byte[]> all = core.objects().findSalvaged(stat.key(), ManifestCodec.MAX_LENGTH, context);
        if (all.isEmpty()) {
            return;
        }
        bytes += all.get().length;
        try {
            Optional<ManifestCodec.Loaded> loaded = ManifestCodec.decode(core.keys(), id, all.get());
            if (scope.content() && loaded.isPresent()) {
                ManifestSecrets.decode(core.keys(), loaded.get());
            }
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            State state = ManifestCodec.otherIdentity(core.keys(), id, all.get())
                    ? State.SWAPPED
                    : ManifestCodec.wrongLength(all.get()) ? State.TRUNCATED : State.DAMAGED;
            findings.add(new Finding(stat.key().value(), state, String.valueOf(e.getMessage())));
            unreadable.merge(id, 1L, Long::sum);
        }
    }

    private void segments() throws PluginException {
        List<ObjectStat> all = core.objects().list("index/", context);
        for (ObjectStat stat : all) {
            Optional<byte[]> found = core.objects().findSalvaged(stat.key(), Segment.MAX_LENGTH, context);
            if (found.isEmpty()) {
                continue;
            }
            bytes += found.get().length;
            try {
                core.index().check(stat.key(), found.get());
            } catch (PluginException e) {
                State state = segmentState(stat.key(), found.get(), all);
                findings.add(new Finding(stat.key().value(), state, String.valueOf(e.getMessage())));
            }
        }
    }

    private State segmentState(ObjectKey key, byte[] found, List<ObjectStat> all) {
        for (ObjectStat other : all) {
            if (!other.key().equals(key) && Segment.authentic(core.keys(), other.key(), found)) {
                return State.SWAPPED;
            }
        }
        return Segment.wrongLength(key.value(), found) ? State.TRUNCATED : State.DAMAGED;
    }
}
