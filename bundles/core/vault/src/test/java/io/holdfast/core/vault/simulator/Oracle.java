package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Knows what must be on the store, and looks at every change of it. */
final class Oracle implements Store.Watcher {

    /** A backup that exists. */
    record Backup(String instance, Contents.Picture picture, Set<Id> needs) {}

    private final Store store;
    private final KeyRing keys;
    private final Schedule schedule;
    private final EntryReader entries;
    private final Announcements announced;
    private final TreeMap<String, Backup> live = new TreeMap<>();
    private final Set<BackupId> forgettable = new HashSet<>();
    private final Map<Id, SealedPack> packs = new HashMap<>();
    private final Map<Id, Set<Id>> places = new HashMap<>();
    private boolean damaged;
    private long committed;
    private long copies;

    Oracle(Store store, Announcements announced, KeyRing keys, Schedule schedule) throws PluginException {
        this.store = store;
        this.announced = announced;
        this.keys = keys;
        this.schedule = schedule;
        this.entries = new EntryReader(keys);
    }

    /** What a backup will be, if it ever will. */
    void announce(BackupId id, String instance, Contents.Picture picture) {
        announced.add(id, instance, picture);
    }

    /** A backup may be forgotten from now on. */
    void allowForget(BackupId id) {
        forgettable.add(id);
    }

    /** Whether somebody has been asked to forget it. */
    boolean mayBeForgotten(BackupId id) {
        return forgettable.contains(id);
    }

    /** The keys of the vault. */
    KeyRing keys() {
        return keys;
    }

    /** Backups that exist. */
    Map<String, Backup> live() {
        return live;
    }

    boolean exists(BackupId id) {
        return live.containsKey(id.value());
    }

    /** How the machine of a backup looked. */
    Contents.@Nullable Picture pictureOf(BackupId id) {
        Announcements.Announced backup = announced.of(id);
        return backup == null ? null : backup.picture();
    }

    /** Whether it exists here under whatever name. */
    boolean holds(BackupId id) {
        return live.keySet().stream().anyMatch(other -> id.sameBackup(new BackupId(other)));
    }

    /** How many backups there were in all, without copies. */
    long committed() {
        return committed;
    }

    /** How many copies there were in all. */
    long copies() {
        return copies;
    }

    @Override
    public void put(ObjectKey key, byte[] bytes) {
        try {
            Optional<Id> pack = ObjectNames.packOf(key);
            if (pack.isPresent()) {
                pack(pack.get(), bytes);
            }
            Optional<BackupId> backup = ObjectNames.backupOf(key);
            if (backup.isPresent()) {
                manifest(backup.get(), bytes);
            }
        } catch (PluginException e) {
            schedule.fail(key + " was put and cannot be read", e);
        }
    }

    private void pack(Id id, byte[] bytes) throws PluginException {
        SealedPack table =
                PackTable.read(keys, id, bytes.length, (offset, n) -> Arrays.copyOfRange(bytes, offset, offset + n));
        packs.put(id, table);
        for (PackEntry entry : table.entries()) {
            places.computeIfAbsent(entry.id(), i -> new HashSet<>()).add(id);
        }
    }

    private void manifest(BackupId id, byte[] bytes) throws PluginException {
        Optional<ManifestCodec.Loaded> loaded = ManifestCodec.decode(keys, id, bytes);
        if (loaded.isEmpty()) {
            return;
        }
        Announcements.Announced backup = announced.of(id);
        if (backup == null) {
            schedule.fail("backup " + id + " was committed and never begun", null);
            return;
        }
        count(id, backup.origin(), loaded.get().manifest().head().origin());
        live.put(id.value(), new Backup(backup.instance(), backup.picture(), needs(id, loaded)));
    }

    private void count(BackupId id, BackupId origin, BackupId says) {
        if (!says.equals(origin) || !id.equals(origin) && !announced.committed(origin)) {
            schedule.fail("backup " + id + " says that it is a copy of " + says + " and cannot be", null);
        }
        if (id.equals(origin)) {
            announced.commit(id);
            committed++;
        } else {
            copies++;
        }
    }

    private Set<Id> needs(BackupId id, Optional<ManifestCodec.Loaded> loaded) throws PluginException {
        Set<Id> needs = new HashSet<>();
        for (Manifest.SourceRefs source : loaded.orElseThrow().manifest().sources()) {
            for (List<Manifest.BlockRef> layer : source.layers()) {
                for (Manifest.BlockRef block : layer) {
                    follow(block.id(), needs, id);
                }
            }
        }
        return needs;
    }

    private void follow(Id block, Set<Id> needs, BackupId of) throws PluginException {
        if (!needs.add(block)) {
            return;
        }
        for (BlockRefs.Target target : targets(block, of)) {
            if (target.map()) {
                follow(target.id(), needs, of);
            } else if (needs.add(target.id())
                    && places.getOrDefault(target.id(), Set.of()).isEmpty()) {
                absent("chunk " + target.id(), of);
            }
        }
    }

    private List<BlockRefs.Target> targets(Id block, BackupId of) throws PluginException {
        for (Id pack : places.getOrDefault(block, Set.of())) {
            for (PackEntry entry : packs.get(pack).entries()) {
                if (entry.id().equals(block)) {
                    byte[] bytes = store.objects.get(ObjectNames.pack(pack));
                    var header = EntryReader.header(bytes, entry.offset(), entry.length(), block);
                    return header.type() == PackFormat.CHUNK
                            ? List.of()
                            : BlockRefs.targets(block, entries.refs(header, bytes, entry.offset()));
                }
            }
        }
        absent("block " + block, of);
        return List.of();
    }

    private void absent(String what, BackupId of) {
        if (!damaged) {
            schedule.fail("backup " + of + " was committed without " + what, null);
        }
    }

    @Override
    public void deleted(ObjectKey key) {
        ObjectNames.packOf(key).ifPresent(this::packGone);
        ObjectNames.backupOf(key).ifPresent(id -> {
            if (live.remove(id.value()) != null && !forgettable.contains(id)) {
                schedule.fail("backup " + id + " was deleted, and nobody had asked for it", null);
            }
        });
    }

    private void packGone(Id pack) {
        SealedPack table = packs.remove(pack);
        for (PackEntry entry : table == null ? List.<PackEntry>of() : table.entries()) {
            Set<Id> rest = places.get(entry.id());
            rest.remove(pack);
            if (rest.isEmpty()) {
                live.forEach((id, backup) -> {
                    if (backup.needs().contains(entry.id())) {
                        schedule.fail("pack " + pack + " was deleted, and backup " + id + " needs it", null);
                    }
                });
            }
        }
    }

    /** The store has broken its contract: what is not as it was does not count from now on. */
    void damaged() {
        live.keySet().removeIf(id -> !store.objects.containsKey(ObjectNames.manifest(new BackupId(id))));
        Set<Id> bad = new HashSet<>(packs.keySet());
        bad.removeIf(pack -> {
            byte[] bytes = store.objects.get(ObjectNames.pack(pack));
            return bytes != null && Id.of(Digests.sha256().digest(bytes)).equals(pack);
        });
        packs.keySet().removeAll(bad);
        places.values().forEach(packsOfId -> packsOfId.removeAll(bad));
        damaged = true;
        live.replaceAll((id, backup) -> {
            try {
                byte[] manifest = store.objects.get(ObjectNames.manifest(new BackupId(id)));
                Set<Id> needs = needs(new BackupId(id), ManifestCodec.decode(keys, new BackupId(id), manifest));
                return new Backup(backup.instance(), backup.picture(), needs);
            } catch (PluginException e) {
                return new Backup(backup.instance(), backup.picture(), Set.of());
            }
        });
    }

    /** Packs that were put and not deleted. */
    Set<Id> packs() {
        return Set.copyOf(packs.keySet());
    }

    /** What was put into a pack. */
    Set<Id> contents(Id pack) {
        Set<Id> contents = new HashSet<>();
        SealedPack table = packs.get(pack);
        if (table != null) {
            table.entries().forEach(entry -> contents.add(entry.id()));
        }
        return contents;
    }

    /** Packs of which no backup needs anything. */
    List<Id> uselessPacks() {
        Set<Id> needed = new HashSet<>();
        live.values().forEach(backup -> needed.addAll(backup.needs()));
        return packs.values().stream()
                .filter(pack -> pack.entries().stream().noneMatch(e -> needed.contains(e.id())))
                .map(SealedPack::id)
                .toList();
    }
}
