package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a store does that breaks its contract or rots: nobody can survive that, but it must be found and named. Works behind the
 * back of the {@link Oracle}, which keeps knowing what should be there.
 */
final class Damage {

    /** Kinds of damage. */
    enum Kind {
        /** One bit of a pack, a manifest, a segment or a record is wrong. */
        FLIPPED_BIT,
        /** Some bits of one pack are wrong. */
        FLIPPED_BITS,
        /** A stretch of a pack cannot be read and comes as zeroes, header and trailer included. */
        BAD_SECTORS,
        /** The end of a pack is missing. */
        LOST_TAIL,
        /** Parity is not as it was, or gone. */
        HARMED_PARITY,
        /** A pack is gone. */
        LOST_PACK,
        /** Index segments are gone. */
        LOST_INDEX,
        /** An object is shorter than it was: a write was torn. */
        TORN,
        /** Two objects of a kind have changed places. */
        SWAPPED,
        /** Of the last objects that were put, some never reached the medium. */
        LOST_SYNC
    }

    private static final List<String> FOLDERS =
            List.of("packs/", "packs/", "packs/", "manifests/", "index/", "gc/", "leases/", "health/", "parity/");

    private final Store store;
    private final Oracle oracle;
    private final Random random;
    private final int percent;
    private final Mender mender;
    private final List<ObjectKey> lastPuts;
    private final Map<ObjectKey, byte[]> before = new HashMap<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    Damage(World world, Process process, Random random, List<ObjectKey> lastPuts) {
        this.store = world.store;
        this.oracle = world.oracle;
        this.percent = world.redundancy.percent();
        this.mender =
                new Mender(new Objects(new FaultyStore(process, world.store, world.first.faults())), oracle.keys());
        this.random = random;
        this.lastPuts = lastPuts;
        before.putAll(store.objects);
    }

    Map<Kind, Long> counts() {
        return counts;
    }

    /** Does some damage. */
    void strike() {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        counts.merge(kind, 1L, Long::sum);
        switch (kind) {
            case FLIPPED_BIT -> {
                ObjectKey key = any(FOLDERS.get(random.nextInt(FOLDERS.size())));
                if (key != null && store.objects.get(key).length > 0) {
                    byte[] bytes = store.objects.get(key).clone();
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    store.objects.put(key, bytes);
                }
            }
            case FLIPPED_BITS -> flip(any("packs/"), 1 + random.nextInt(12));
            case BAD_SECTORS -> blank(any("packs/"), 64 + random.nextInt(8192));
            case LOST_TAIL -> cut(any("packs/"), 1 + random.nextInt(8192));
            case HARMED_PARITY -> {
                switch (random.nextInt(4)) {
                    case 0 -> flip(any("parity/"), 1 + random.nextInt(3));
                    case 1 -> blank(any("parity/"), 64 + random.nextInt(4096));
                    case 2 -> cut(any("parity/"), 1 + random.nextInt(8192));
                    default -> remove(any("parity/"));
                }
            }
            case LOST_PACK -> remove(any("packs/"));
            case LOST_INDEX ->
                keys("index/").stream().filter(k -> random.nextBoolean()).forEach(this::remove);
            case TORN -> tear(any(FOLDERS.get(random.nextInt(5))));
            case SWAPPED -> swap();
            case LOST_SYNC ->
                lastPuts.stream().filter(k -> random.nextInt(3) > 0).forEach(this::remove);
        }
    }

    private void flip(@org.jspecify.annotations.Nullable ObjectKey key, int times) {
        if (key != null && store.objects.get(key).length > 0) {
            byte[] bytes = store.objects.get(key).clone();
            for (int i = 0; i < times; i++) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            store.objects.put(key, bytes);
        }
    }

    private void blank(@org.jspecify.annotations.Nullable ObjectKey key, int length) {
        if (key != null && store.objects.get(key).length > 0) {
            byte[] bytes = store.objects.get(key).clone();
            int from = random.nextInt(3) == 0 ? 0 : random.nextInt(bytes.length);
            Arrays.fill(bytes, from, Math.min(bytes.length, from + length), (byte) 0);
            store.objects.put(key, bytes);
        }
    }

    private void cut(@org.jspecify.annotations.Nullable ObjectKey key, int length) {
        if (key != null) {
            byte[] bytes = store.objects.get(key);
            store.objects.put(key, Arrays.copyOf(bytes, Math.max(0, bytes.length - length)));
        }
    }

    private void tear(@org.jspecify.annotations.Nullable ObjectKey key) {
        if (key != null) {
            byte[] bytes = store.objects.get(key);
            store.objects.put(key, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        }
    }

    private void swap() {
        String folder = FOLDERS.get(random.nextInt(5));
        ObjectKey a = any(folder);
        ObjectKey b = any(folder);
        if (a != null && b != null) {
            byte[] bytes = store.objects.get(a);
            store.objects.put(a, store.objects.get(b));
            store.objects.put(b, bytes);
        }
    }

    private void remove(@org.jspecify.annotations.Nullable ObjectKey key) {
        if (key != null) {
            store.objects.remove(key);
        }
    }

    private List<ObjectKey> keys(String prefix) {
        return store.objects.keySet().stream()
                .filter(k -> k.value().startsWith(prefix))
                .toList();
    }

    private @org.jspecify.annotations.Nullable ObjectKey any(String prefix) {
        List<ObjectKey> keys = keys(prefix);
        return keys.isEmpty() ? null : keys.get(random.nextInt(keys.size()));
    }

    /** What is there and not what it was. */
    Set<ObjectKey> changed() {
        Set<ObjectKey> changed = new HashSet<>();
        before.forEach((key, bytes) -> {
            byte[] now = store.objects.get(key);
            if (now != null && !Arrays.equals(now, bytes)) {
                changed.add(key);
            }
        });
        return changed;
    }

    private boolean mendable(Id pack) {
        try {
            return mender.mend(pack, Process.CONTEXT).isPresent();
        } catch (PluginException e) {
            throw new AssertionError(e);
        }
    }

    /** Damaged packs that parity must be able to repair, as FORMAT.md section 5.4 promises. */
    Set<String> withinParity() {
        Set<String> within = new HashSet<>();
        before.forEach((key, good) -> ObjectNames.packOf(key).ifPresent(pack -> {
            byte[] now = store.objects.get(key);
            ObjectKey parity = ObjectNames.parity(pack);
            boolean untouched =
                    before.containsKey(parity) && Arrays.equals(before.get(parity), store.objects.get(parity));
            if (now != null
                    && untouched
                    && !Arrays.equals(now, good)
                    && lostBlocks(good, now) <= bearable(good.length)) {
                within.add(key.value());
            }
        }));
        return within;
    }

    private static int blockSize(int size) {
        int block = 256;
        while (block < 4096 && size > block * 128) {
            block *= 2;
        }
        return block;
    }

    /** All packs here are one stripe. */
    private int bearable(int size) {
        int blocks = (size + blockSize(size) - 1) / blockSize(size);
        return blocks > 128 ? 0 : Math.max(2, (blocks * percent + 99) / 100);
    }

    private static int lostBlocks(byte[] good, byte[] now) {
        int block = blockSize(good.length);
        int lost = 0;
        for (int at = 0; at < good.length; at += block) {
            byte[] expected = Arrays.copyOfRange(good, at, Math.min(good.length, at + block));
            byte[] found = Arrays.copyOfRange(now, Math.min(at, now.length), Math.min(now.length, at + block));
            lost += Arrays.equals(expected, Arrays.copyOf(found, expected.length)) ? 0 : 1;
        }
        return lost;
    }

    /** Backups whose manifest is gone: they do not exist any more, and only a catalogue could tell. */
    Set<String> vanished() {
        Set<String> vanished = new HashSet<>();
        for (String id : oracle.live().keySet()) {
            if (!store.objects.containsKey(ObjectNames.manifest(new BackupId(id)))) {
                vanished.add(id);
            }
        }
        return vanished;
    }

    /** Backups that are there, and whose manifest is not what it was. */
    Set<String> unreadable() {
        Set<String> unreadable = new HashSet<>();
        Set<ObjectKey> changed = changed();
        for (String id : oracle.live().keySet()) {
            if (changed.contains(ObjectNames.manifest(new BackupId(id)))) {
                unreadable.add(id);
            }
        }
        return unreadable;
    }

    /** Backups that exist and need something which is in no pack that is as it was. */
    Set<String> harmed() {
        Set<Id> intact = new HashSet<>();
        for (Id pack : oracle.packs()) {
            byte[] bytes = store.objects.get(ObjectNames.pack(pack));
            boolean good =
                    bytes != null && Id.of(Digests.sha256().digest(bytes)).equals(pack);
            if (good || mendable(pack)) {
                intact.addAll(oracle.contents(pack));
            }
        }
        List<String> harmed = new ArrayList<>();
        oracle.live().forEach((id, backup) -> {
            if (!intact.containsAll(backup.needs())) {
                harmed.add(id);
            }
        });
        return new HashSet<>(harmed);
    }
}
