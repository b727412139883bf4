package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.CollectReport;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.lock.ImmutableObjects;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackHeader;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects one generation, FORMAT.md section 9.2. For one thread. */
public final class Collector {

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final Set<DestinationCapability> NEEDED = EnumSet.of(
            DestinationCapability.DELETE, DestinationCapability.EXCLUSIVE_PUT, DestinationCapability.LIST_AFTER_WRITE);

    private final VaultCore core;
    private final CollectOptions options;
    private final Progress progress;
    private final TransferContext context;
    private final GcLog log;
    private final Leases leases;
    private final ImmutableObjects locks;
    /** Packs that nothing needs and nobody can delete yet, and their sizes. */
    private final Map<Id, Long> locked = new HashMap<>();

    private long livePacks;
    private long missingPacks;
    private final Set<Id> rewritten = new HashSet<>();
    /** Packs that were recorded as lost before the tomb, and that are not there and not needed. */
    private final Set<Id> unneeded = new HashSet<>();

    /** A collection on that vault. */
    public Collector(VaultCore core, CollectOptions options, Progress progress, TransferContext context) {
        this.core = core;
        this.options = options;
        this.progress = progress;
        this.context = context;
        this.log = new GcLog(core.objects(), core.keys());
        this.leases = new Leases(core);
        this.locks = new ImmutableObjects(core.objects().destination());
    }

    /** Does as much as can be done now. */
    public CollectReport run() throws PluginException {
        if (!core.objects().destination().capabilities().containsAll(NEEDED)) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "The destination cannot delete, put exclusively and list reliably, so nothing can be collected on it.");
        }
        GcLog.State state = log.state(context);
        if (options.dryRun()) {
            return dryRun();
        }
        long generation = state.open() ? state.generation() : state.generation() + 1;
        if (!log.readable(state, context)) {
            return finish(generation, Set.of());
        }
        Set<GcLog.Phase> phases = state.open() ? state.phases() : Set.of();
        if (!phases.contains(GcLog.Phase.DONE)) {
            Optional<CollectReport> waiting = decide(generation, phases);
            if (waiting.isPresent()) {
                return waiting.get();
            }
        }
        return finish(generation, log.packs(GcLog.Phase.DONE, generation, context));
    }

    private CollectReport dryRun() throws PluginException {
        progress.step("Following references");
        Inventory inventory = Inventory.take(core, context);
        LiveSet live = new LiveSet(inventory, core.runtime());
        try (Marker marker = new Marker(core, inventory.index())) {
            marker.markAll(live, progress, context);
        }
        Set<Id> dead = new HashSet<>(dead(inventory, live));
        long bytes = size(inventory, dead);
        List<Id> wasteful = wasteful(inventory, live);
        for (Id pack : wasteful) {
            bytes += inventory.packs().getOrDefault(pack, 0L) - live.bytes(pack);
        }
        return new CollectReport(
                CollectReport.State.DRY_RUN,
                livePacks,
                dead.size() + (long) wasteful.size(),
                bytes,
                wasteful.size(),
                inventory.gone().size(),
                List.of(),
                locked.size(),
                lockedBytes());
    }

    private static long size(Inventory inventory, Collection<Id> packs) {
        return packs.stream()
                .mapToLong(p -> inventory.packs().getOrDefault(p, 0L))
                .sum();
    }

    /** Steps 1 to 4; a report if sessions must be waited for longer. */
    private Optional<CollectReport> decide(long generation, Set<GcLog.Phase> phases) throws PluginException {
        Set<Id> condemned;
        Marker marker = null;
        try {
            if (phases.contains(GcLog.Phase.TOMB)) {
                condemned = log.packs(GcLog.Phase.TOMB, generation, context);
            } else {
                put(GcLog.Phase.PLAN.key(generation), log.mark(GcLog.Phase.PLAN, generation));
                progress.step("Following references");
                Inventory inventory = Inventory.take(core, context);
                marker = new Marker(core, inventory.index());
                condemned = condemn(inventory, marker);
                byte[] tomb = log.packRecord(GcLog.Phase.TOMB, generation, condemned);
                if (!put(GcLog.Phase.TOMB.key(generation), tomb)) {
                    condemned = log.packs(GcLog.Phase.TOMB, generation, context);
                    marker.close();
                    marker = null;
                    unneeded.clear();
                }
                log.requireOpen(generation, context);
            }
            Set<BackupId> before = before(generation, phases);
            progress.step("Waiting for " + before.size() + " sessions");
            Set<BackupId> still = leases.await(before, options.maxWait(), context);
            if (!still.isEmpty()) {
                return Optional.of(report(
                        CollectReport.State.WAITING,
                        0,
                        0,
                        still.stream().map(BackupId::value).toList()));
            }
            Set<Id> doomed = new HashSet<>(condemned);
            doomed.removeAll(revived(condemned, marker));
            put(GcLog.Phase.DONE.key(generation), log.packRecord(GcLog.Phase.DONE, generation, doomed));
            log.requireOpen(generation, context);
            return Optional.empty();
        } finally {
            if (marker != null) {
                marker.close();
            }
        }
    }

    /**
     * The sessions that began before the tomb was there. Those that have begun later have seen it, so a collection that is taken up
     * again does not wait for them too: with long sessions that overlap it would never end.
     */
    private Set<BackupId> before(long generation, Set<GcLog.Phase> phases) throws PluginException {
        if (!phases.contains(GcLog.Phase.WAIT)) {
            Set<BackupId> open = leases.open(context).keySet();
            if (put(GcLog.Phase.WAIT.key(generation), log.waitRecord(generation, open))) {
                return open;
            }
        }
        try {
            return log.sessions(generation, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return leases.open(context).keySet();
        }
    }

    private Set<Id> condemn(Inventory inventory, Marker marker) throws PluginException {
        LiveSet live = new LiveSet(inventory, core.runtime());
        int manifests = marker.markAll(live, progress, context);
        LOG.debug(
                "{} backups followed, {} packs, {} ids lost",
                manifests,
                inventory.packs().size(),
                live.lost());
        recordMissing(inventory);
        if (live.complete()) {
            unneeded.addAll(
                    new HealthLog(core.objects(), core.keys()).lost(context).keySet());
            unneeded.removeAll(inventory.packs().keySet());
        }
        Set<Id> condemned = new HashSet<>(dead(inventory, live));
        List<Id> wasteful = wasteful(inventory, live);
        Set<Id> meta = meta(inventory, wasteful);
        for (int kind : new int[] {PackFormat.DATA, PackFormat.META}) {
            List<Id> ofKind = wasteful.stream()
                    .filter(pack -> meta.contains(pack) == (kind == PackFormat.META))
                    .toList();
            condemned.addAll(repack(ofKind, kind, live));
        }
        return limit(condemned);
    }

    private static Set<Id> limit(Set<Id> packs) {
        return packs.size() <= GcLog.MAX_PACKS
                ? packs
                : new HashSet<>(packs.stream().sorted().limit(GcLog.MAX_PACKS).toList());
    }

    private void recordMissing(Inventory inventory) throws PluginException {
        Map<Id, Optional<VerifyReport.State>> findings = new HashMap<>();
        for (Id pack : inventory.gone()) {
            if (inventory.lost().get(pack) != VerifyReport.State.MISSING) {
                findings.put(pack, Optional.of(VerifyReport.State.MISSING));
            }
        }
        missingPacks = inventory.gone().size();
        record(findings);
    }

    private void record(Map<Id, Optional<VerifyReport.State>> findings) throws PluginException {
        try {
            new HealthLog(core.objects(), core.keys()).record(findings, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.QUOTA) {
                throw e;
            }
            LOG.warn("The state of {} packs could not be recorded on the full destination", findings.size());
        }
    }

    private List<Id> repack(List<Id> packs, int kind, LiveSet live) throws PluginException {
        if (packs.isEmpty()) {
            return List.of();
        }
        progress.step("Rewriting " + packs.size() + " packs");
        try {
            RewrittenPacks output = new RewrittenPacks(core, context);
            List<Id> copied = new Repacker(core, live::needs, output.newSession(), output).run(packs, kind, context);
            output.publish();
            rewritten.addAll(copied);
            return copied;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.QUOTA) {
                throw e;
            }
            LOG.info("No room to rewrite packs now: {}", e.getMessage());
            return List.of();
        }
    }

    /** Those of these packs that hold blocks. */
    private static Set<Id> meta(Inventory inventory, List<Id> packs) throws PluginException {
        Set<Id> asked = new HashSet<>(packs);
        Set<Id> meta = new HashSet<>();
        for (Segment segment : inventory.index().segments()) {
            for (Segment.PackRow row : asked.isEmpty() ? List.<Segment.PackRow>of() : segment.packTable()) {
                if (row.kind() == PackFormat.META && asked.contains(row.pack())) {
                    meta.add(row.pack());
                }
            }
        }
        return meta;
    }

    private List<Id> wasteful(Inventory inventory, LiveSet live) throws PluginException {
        List<Id> wasteful = new ArrayList<>();
        for (Map.Entry<Id, Long> pack : inventory.packs().entrySet()) {
            long size = pack.getValue();
            long needed = live.bytes(pack.getKey());
            boolean waste = size - needed > options.wasteThreshold() * size + 4096;
            if (needed > 0 && waste && !inventory.lost().containsKey(pack.getKey()) && !locked(pack.getKey())) {
                wasteful.add(pack.getKey());
            }
        }
        return wasteful;
    }

    /** Packs of which nothing is needed and which no living session is about to use. */
    private List<Id> dead(Inventory inventory, LiveSet live) throws PluginException {
        Set<String> sessions = new HashSet<>();
        leases.open(context).keySet().forEach(s -> sessions.add(s.session()));
        List<Id> dead = new ArrayList<>();
        livePacks = 0;
        for (Id pack : inventory.packs().keySet()) {
            if (live.bytes(pack) > 0) {
                livePacks++;
            } else if (sessions.isEmpty() || !sessions.contains(sessionOf(pack))) {
                if (locked(pack)) {
                    locked.put(pack, inventory.packs().getOrDefault(pack, 0L));
                } else {
                    dead.add(pack);
                }
            }
        }
        return dead;
    }

    /** A backup that cannot be forgotten needs the pack, or needed it: it is neither deleted nor copied. */
    private boolean locked(Id pack) throws PluginException {
        return locks.until(ObjectNames.pack(pack), context).isPresent();
    }

    private String sessionOf(Id pack) throws PluginException {
        byte[] head = core.objects().salvage(ObjectNames.pack(pack), 0, PackHeader.USUAL_LENGTH, context);
        return head.length < 40 ? "" : HexFormat.of().formatHex(head, 24, 40);
    }

    /** Condemned packs that something needs which came since they were condemned, and which is nowhere else. */
    private Set<Id> revived(Set<Id> condemned, @org.jspecify.annotations.Nullable Marker known) throws PluginException {
        Inventory now = Inventory.take(core, context);
        Set<Id> revived = new HashSet<>();
        Marker.Visitor visitor = new Marker.Visitor() {
            @Override
            public void needed(Id id) throws PluginException {
                Id held = null;
                boolean somewhere = false;
                for (Location location : now.index().find(id)) {
                    boolean present = now.packs().containsKey(location.pack());
                    boolean there = present && !now.lost().containsKey(location.pack());
                    somewhere |= present;
                    if (there && (!condemned.contains(location.pack()) || revived.contains(location.pack()))) {
                        return;
                    }
                    if (held == null && condemned.contains(location.pack())) {
                        held = location.pack();
                    }
                }
                if (held != null) {
                    revived.add(held);
                }
                if (!somewhere) {
                    unneeded.clear();
                }
            }

            @Override
            public void unreadable(Id block, PluginException why) throws PluginException {
                new LiveSet(now, core.runtime()).unreadable(block, why);
                unneeded.clear();
            }
        };
        progress.step("Following what arrived meanwhile");
        if (known != null) {
            known.follow(now.index());
            known.markAll(visitor, progress, context);
        } else {
            try (Marker fresh = new Marker(core, now.index())) {
                fresh.markAll(visitor, progress, context);
            }
        }
        return revived;
    }

    /** Steps 5 to 7. */
    private CollectReport finish(long generation, Set<Id> doomed) throws PluginException {
        progress.step("Deleting " + doomed.size() + " packs");
        long bytes = 0;
        long deleted = 0;
        for (Id pack : doomed) {
            context.cancellation().throwIfCancelled();
            long size = core.objects()
                    .destination()
                    .stat(ObjectNames.pack(pack), context)
                    .map(ObjectStat::size)
                    .orElse(0L);
            // a session that began before the pack was condemned may have locked it since
            if (locked(pack)) {
                locked.put(pack, size);
                continue;
            }
            core.objects().destination().delete(ObjectNames.pack(pack), context);
            bytes += size;
            deleted++;
        }
        progress.step("Rewriting the index");
        ParityList parity = ParityList.take(core, context); // before the packs, after each of which its parity comes
        Inventory inventory = Inventory.take(core, context);
        new IndexMerge(core, inventory, () -> log.requireOpen(generation, context)).run(context);
        bytes += parity.deleteOrphans(inventory, doomed, context);
        settle(inventory, doomed);
        put(GcLog.Phase.END.key(generation), log.mark(GcLog.Phase.END, generation));
        leases.sweep(context);
        sweepRecords(generation);
        restoreReserve();
        return report(CollectReport.State.DONE, deleted, bytes, List.of());
    }

    /**
     * What was lost is not lost any more if it is deleted now since nothing needs it, or if it was gone already and nothing needs it: both marks
     * have followed everything, so that no backup refers to it, and no segment names it any more. Not earlier: sessions look each
     * reference of their predecessor up only as long as something is recorded.
     */
    private void settle(Inventory inventory, Set<Id> doomed) throws PluginException {
        Map<Id, Optional<VerifyReport.State>> over = new HashMap<>();
        for (Id pack : doomed) {
            if (inventory.lost().containsKey(pack) && !inventory.packs().containsKey(pack)) {
                over.put(pack, Optional.empty());
            }
        }
        unneeded.removeAll(inventory.packs().keySet());
        if (!unneeded.isEmpty()) {
            for (Segment segment : core.index().loadAll(context)) {
                for (Segment.PackRow row : segment.packTable()) {
                    unneeded.remove(row.pack());
                }
            }
            unneeded.forEach(pack -> over.put(pack, Optional.empty()));
        }
        record(over);
    }

    private CollectReport report(CollectReport.State state, long deleted, long bytes, List<String> waiting) {
        return new CollectReport(
                state,
                livePacks,
                deleted,
                bytes,
                rewritten.size(),
                missingPacks,
                waiting,
                locked.size(),
                lockedBytes());
    }

    private long lockedBytes() {
        return locked.values().stream().mapToLong(Long::longValue).sum();
    }

    private void sweepRecords(long generation) throws PluginException {
        for (ObjectKey key : log.state(context).older()) {
            core.objects().destination().delete(key, context);
        }
        for (GcLog.Phase phase : List.of(GcLog.Phase.PLAN, GcLog.Phase.TOMB, GcLog.Phase.WAIT, GcLog.Phase.DONE)) {
            core.objects().destination().delete(phase.key(generation), context);
        }
    }

    private void restoreReserve() throws PluginException {
        int length = core.options().reserveBytes();
        ObjectKey key = ObjectNames.numbered("reserve", 0);
        if (length > 0 && core.objects().destination().stat(key, context).isEmpty()) {
            byte[] ballast = new byte[length];
            core.runtime().random().nextBytes(ballast);
            try {
                core.objects().destination().put(key, Content.of(ballast), context);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.QUOTA) {
                    throw e;
                }
                LOG.warn("The reserve of the vault could not be restored: the destination is still full");
            }
        }
    }

    /** Puts a record, making room for it if the destination is full. */
    private boolean put(ObjectKey key, byte[] bytes) throws PluginException {
        for (int attempt = 0; ; attempt++) {
            try {
                return core.objects().putExclusive(key, bytes, context);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.QUOTA || attempt == 2) {
                    throw e;
                }
                makeRoom(attempt);
            }
        }
    }

    private void makeRoom(int attempt) throws PluginException {
        if (attempt == 0) {
            leases.sweep(context);
            for (ObjectKey key : log.state(context).older()) {
                core.objects().destination().delete(key, context);
            }
        } else {
            for (ObjectStat stat : core.objects().list("reserve/", context)) {
                core.objects().destination().delete(stat.key(), context);
            }
        }
    }
}
