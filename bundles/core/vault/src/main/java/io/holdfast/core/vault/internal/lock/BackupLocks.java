package io.holdfast.core.vault.internal.lock;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.store.Batch;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks everything that one backup needs, FORMAT.md section 12: its packs, those of the blocks that it shares with others, the keys, at last the
 * manifest. What is locked long enough is passed over; what is not is locked for a quarter longer than asked, so that daily
 * backups prolong each lock once in a while and not every day. For one thread.
 */
public final class BackupLocks {

    private static final Logger LOG = LoggerFactory.getLogger(BackupLocks.class);
    private static final Duration MOST_AHEAD = Duration.ofDays(30);

    private final VaultCore core;
    private final ImmutableObjects objects;
    private final VaultIndex index;
    private final BlockReader blocks;
    private final TransferContext context;
    private final LockMemory memory;
    private final long until;
    private final long lockTo;
    private final Set<Id> wanting = new LinkedHashSet<>();
    private final Set<Id> unreadable = new HashSet<>();
    private final Set<Id> missed = ConcurrentHashMap.newKeySet();
    private final boolean blocksRemembered;

    /**
     * @param index knows everything that the backup needs
     * @param blocks reads what it refers to; used by this thread meanwhile
     * @param immutableFor from now on, positive
     */
    public BackupLocks(
            VaultCore core,
            VaultIndex index,
            BlockReader blocks,
            BackupId backup,
            Duration immutableFor,
            TransferContext context)
            throws PluginException {
        this.core = core;
        this.objects = new ImmutableObjects(core.objects().destination());
        this.index = index;
        this.blocks = blocks;
        this.context = context;
        Path directory = core.runtime().cacheDirectory().resolve(core.index().name());
        this.memory = new LockMemory(directory.resolve("locks"), backup.instanceHash());
        Instant now = core.runtime().clock().instant();
        Duration quarter = immutableFor.dividedBy(4);
        Duration ahead = quarter.compareTo(MOST_AHEAD) > 0 ? MOST_AHEAD : quarter;
        this.until = now.plus(immutableFor).getEpochSecond() + 1;
        this.lockTo = until + ahead.toSeconds();
        this.blocksRemembered = index.distrusted().isEmpty() && nothingMoved();
    }

    /** Whether all packs are still there that what is remembered of blocks may rest on; if not, another pack may hold what they held. */
    private boolean nothingMoved() throws PluginException {
        Set<Id> gone = memory.packs(until);
        for (Segment segment : index.segments()) {
            for (Segment.PackRow row : gone.isEmpty() ? List.<Segment.PackRow>of() : segment.packTable()) {
                gone.remove(row.pack());
            }
        }
        return gone.isEmpty();
    }

    /**
     * Locks all but the manifest.
     *
     * @return packs that are not there any more; they were moved by a collection, or are lost
     */
    public Set<Id> content(Manifest manifest) throws PluginException {
        for (Manifest.SourceRefs source : manifest.sources()) {
            int type = blockType(source.shape());
            for (List<Manifest.BlockRef> layer : source.layers()) {
                for (Manifest.BlockRef block : layer) {
                    below(type, block.id());
                }
            }
        }
        List<Id> packs = new ArrayList<>(wanting);
        Batch.run(core.runtime(), "lock", packs.size(), n -> pack(packs.get(n)));
        keys();
        if (missed.isEmpty()) {
            if (blocksRemembered) {
                memory.packs(until).forEach(pack -> memory.notePack(pack, memory.pack(pack)));
            }
            memory.keep();
        }
        return Set.copyOf(missed);
    }

    /** Locks the manifest, once it is there. */
    public Instant manifest(BackupId backup) throws PluginException {
        objects.lock(ObjectNames.manifest(backup), Instant.ofEpochSecond(lockTo), context);
        return Instant.ofEpochSecond(lockTo);
    }

    private void pack(Id pack) throws PluginException {
        context.cancellation().throwIfCancelled();
        try {
            objects.lock(ObjectNames.pack(pack), Instant.ofEpochSecond(lockTo), context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            LOG.warn("Pack {} is not there any more and cannot be locked; verify the vault", pack);
            missed.add(pack);
            return;
        }
        if (core.redundancy().any()) {
            parity(pack);
        }
    }

    /** What repairs a pack is kept as long as the pack, if it has any. */
    private void parity(Id pack) throws PluginException {
        try {
            objects.lock(ObjectNames.parity(pack), Instant.ofEpochSecond(lockTo), context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** What opens the vault, and the keys of all epochs: the backup may rely on packs that are sealed to earlier ones. */
    private void keys() throws PluginException {
        objects.lock(ObjectNames.DESCRIPTOR, Instant.ofEpochSecond(lockTo), context);
        String prefix = "keys/" + core.keys().vaultIdHex() + ".";
        for (String what : List.of(prefix, "epochs/", "owner/", ObjectNames.SPARES, ObjectNames.REPLICA.value())) {
            for (ObjectStat stat : core.objects().list(what, context)) {
                ObjectKey key = stat.key();
                objects.lock(key, Instant.ofEpochSecond(lockTo), context);
            }
        }
    }

    /** Until when a block and everything below it will be locked; 0 if not all of it can be. */
    private long below(int type, Id block) throws PluginException {
        Optional<Long> noted = memory.noted(block);
        if (noted.isPresent()) {
            return noted.get();
        }
        long known = blocksRemembered ? memory.block(block) : 0;
        if (known >= until) {
            memory.noteBlock(block, known);
            return known;
        }
        context.cancellation().throwIfCancelled();
        long least = Math.min(of(block), targets(type, block));
        memory.noteBlock(block, least);
        return least;
    }

    private long targets(int type, Id block) throws PluginException {
        long least = Long.MAX_VALUE;
        for (BlockRefs.Target target : read(type, block)) {
            least = Math.min(least, target.map() ? below(PackFormat.MAP, target.id()) : of(target.id()));
        }
        return unreadable.contains(block) ? 0 : least;
    }

    private List<BlockRefs.Target> read(int type, Id block) throws PluginException {
        try {
            return blocks.targets(type, block, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            LOG.warn("What block {} refers to cannot be locked: {}", block, e.getMessage());
            unreadable.add(block);
            return List.of();
        }
    }

    /** Until when the pack of an id will be locked; 0 if none can be relied on. A copy of the id in one pack is enough. */
    private long of(Id id) throws PluginException {
        List<Location> places = new ArrayList<>(index.find(id));
        if (places.isEmpty()) {
            return 0; // lost
        }
        Id first = places.get(0).pack();
        places.removeIf(place -> index.distrusted().contains(place.pack()));
        if (places.isEmpty()) {
            wanting.add(first); // what is left of it, and its parity
            return 0;
        }
        for (Location place : places) {
            long known = memory.pack(place.pack());
            if (known >= until) {
                memory.notePack(place.pack(), known);
                return known;
            }
        }
        wanting.add(first);
        memory.notePack(first, lockTo);
        return lockTo;
    }

    private static int blockType(SourceInfo.Shape shape) {
        return switch (shape) {
            case DISK, STREAM -> PackFormat.MAP;
            case TREE -> PackFormat.TREE;
            case ITEMS -> PackFormat.ITEMS;
        };
    }
}
