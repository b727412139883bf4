package io.holdfast.core.vault.synthetic;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Hasher;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestSecrets;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Writes a vault of disks as many backups would have left it after a collection and one more backup of each machine: manifests with
 * their layers, map blocks in real packs, collected index segments and those of the last sessions; of data packs only name and size.
 * Memory is that of one machine's disk map and of the names of all packs.
 */
final class SyntheticVault {

    /** What the worker calls its description of an instance. */
    static final String DOCUMENT = ".holdfast.instance";

    private static final byte[] NONE = new byte[0];

    private final Dimensions dimensions;
    private final Path root;
    private final KeyRing keys;
    private final Hasher hasher;
    private final SecureRandom random = new SecureRandom();
    private final List<PackRows.Row> packs = new ArrayList<>();
    private SegmentWriter collected = new SegmentWriter();
    private long chunks;
    private long dataPacks;

    private SyntheticVault(Dimensions dimensions, Path root, KeyRing keys) {
        this.dimensions = dimensions;
        this.root = root;
        this.keys = keys;
        this.hasher = keys.hasher();
    }

    /** Writes it into an empty directory, with its reader keys in the file {@code keys} and the recovery key in {@code recovery-key}. */
    static void write(Dimensions dimensions, Path root) throws PluginException, IOException {
        Files.createDirectories(root);
        NewVault created;
        try (SyntheticDestination destination = new SyntheticDestination(root, 0)) {
            created = VaultFactory.standard(VaultRuntime.standard(root.resolve("cache")))
                    .create(destination, VaultOptions.standard(), "bench", null, Contexts.uncancelled());
        }
        Files.write(root.resolve("keys"), created.readerKeys().encoded());
        Files.writeString(root.resolve("recovery-key"), created.recoveryKey().print() + "\n");
        Files.delete(root.resolve("packs.rows"));
        KeyRing keys = new KeyRing(KeyCodec.parts(created.readerKeys()));
        new SyntheticVault(dimensions, root, keys).run();
    }

    private void run() throws PluginException, IOException {
        for (int machine = 0; machine < dimensions.machines(); machine++) {
            machine(machine);
        }
        flush();
        PackRows.write(root.resolve("packs.rows"), packs);
    }

    private void machine(int machine) throws PluginException, IOException {
        long[] disk = new long[dimensions.positions()];
        byte[] instance = hasher.instance(Dimensions.instance(machine));
        Random change = new Random(Dimensions.mix(dimensions.seed() + 3) + machine);
        List<List<Manifest.BlockRef>> layers = new ArrayList<>();
        Optional<BackupId> previous = Optional.empty();
        int count = dimensions.backupsOf(machine);
        Manifest.SourceRefs document = document(machine, instance);
        for (int number = 0; number < count; number++) {
            BackupId id = id(instance, machine, number);
            TreeMap<Integer, Long> changed = number == 0 ? all(disk) : some(disk, change);
            changed.forEach((position, chunk) -> disk[position] = chunk);
            boolean whole = layers.size() >= Manifest.DISK_LAYERS;
            List<SealedPack> written = data(changed.size());
            List<Manifest.BlockRef> layer = new ArrayList<>();
            written.add(blocks(id, disk, whole || number == 0 ? null : changed, layer));
            if (whole) {
                layers.clear();
            }
            layers.add(layer);
            if (number == count - 1) {
                session(id, written);
            } else {
                collect(written);
            }
            manifest(id, machine, previous, number, document, layers, changed.size());
            previous = Optional.of(id);
        }
    }

    private BackupId id(byte[] instance, int machine, int number) {
        byte[] session = new byte[16];
        long time = 1_700_000_000_000L + number * 86_400_000L + machine;
        ByteBuffer.wrap(session)
                .putShort(0, (short) (time >>> 32))
                .putInt(2, (int) time)
                .putLong(8, Dimensions.mix(dimensions.seed() + ((long) machine << 32) + number));
        HexFormat hex = HexFormat.of();
        return new BackupId(hex.formatHex(instance) + "." + hex.formatHex(session));
    }

    private TreeMap<Integer, Long> all(long[] disk) {
        TreeMap<Integer, Long> changed = new TreeMap<>();
        for (int i = 0; i < disk.length; i++) {
            changed.put(i, chunks++);
        }
        return changed;
    }

    /** Changes come in runs of fifty neighbours, as writes to a disk do; the same runs are written again and again. */
    private TreeMap<Integer, Long> some(long[] disk, Random change) {
        TreeMap<Integer, Long> changed = new TreeMap<>();
        int wanted = Math.min(dimensions.changes(), disk.length);
        int run = Math.min(50, wanted);
        while (changed.size() < wanted) {
            int start = run * change.nextInt((disk.length + run - 1) / run);
            for (int i = start; i < Math.min(start + run, disk.length) && changed.size() < wanted; i++) {
                if (!changed.containsKey(i)) {
                    changed.put(i, chunks++);
                }
            }
        }
        return changed;
    }

    /** Packs for the last n chunks. */
    private List<SealedPack> data(int n) {
        List<SealedPack> written = new ArrayList<>();
        long next = chunks - n;
        while (next < chunks) {
            int count = (int) Math.min(Dimensions.PER_PACK, chunks - next);
            List<PackEntry> entries = new ArrayList<>(count);
            int at = 152;
            for (int i = 0; i < count; i++) {
                entries.add(new PackEntry(dimensions.chunk(next++), at, Dimensions.ENTRY));
                at += Dimensions.ENTRY;
            }
            written.add(new SealedPack(dimensions.pack(dataPacks++), PackFormat.DATA, at + 40 * count + 56, entries));
        }
        written.forEach(pack -> packs.add(new PackRows.Row(pack.id(), pack.size())));
        return written;
    }

    /** What the appliance writes into each backup of a machine, so that its catalogue can be rebuilt; in real packs. */
    private Manifest.SourceRefs document(int machine, byte[] instance) throws PluginException, IOException {
        String name = Dimensions.instance(machine);
        byte[] text = String.join(
                        "\n",
                        "externalId=" + name,
                        "instance=" + name,
                        "kind=machine",
                        "name=" + name,
                        "provider=synthetic",
                        "providerName=synthetic",
                        "providerType=synthetic",
                        "size=" + (long) dimensions.positions() * Dimensions.CHUNK,
                        "")
                .getBytes(StandardCharsets.UTF_8);
        Id chunk = hasher.chunk(text, 0, text.length);
        byte[] session = new byte[16];
        SealedPack data = pack(
                PackFormat.DATA,
                session,
                builder -> builder.append(PackFormat.CHUNK, 0, chunk, NONE, text, 0, text.length, text.length));
        Id[] map = new Id[1];
        SealedPack meta = pack(
                PackFormat.META, session, builder -> map[0] = map(builder, List.of(Piece.chunk(chunk, text.length))));
        collect(List.of(data, meta));
        return new Manifest.SourceRefs(
                hasher.source(instance, "document/" + DOCUMENT),
                SourceInfo.Shape.STREAM,
                true,
                0,
                text.length,
                List.of(List.of(new Manifest.BlockRef(map[0], 0, text.length))));
    }

    private interface Filling {
        void into(PackBuilder builder) throws PluginException;
    }

    /** A real pack. */
    private SealedPack pack(int kind, byte[] session, Filling content) throws PluginException, IOException {
        Path file = root.resolve("meta.part");
        SealedPack pack;
        try (PackBuilder builder = PackBuilder.create(keys, kind, session, file, random)) {
            content.into(builder);
            pack = builder.seal();
        }
        Path target =
                root.resolve("objects").resolve(ObjectNames.pack(pack.id()).value());
        Files.createDirectories(target.getParent());
        Files.move(file, target);
        packs.add(new PackRows.Row(pack.id(), pack.size()));
        return pack;
    }

    /** The map blocks of a layer, in a pack of their own. Without changes: of the whole disk. */
    private SealedPack blocks(BackupId id, long[] disk, TreeMap<Integer, Long> changed, List<Manifest.BlockRef> layer)
            throws PluginException, IOException {
        return pack(PackFormat.META, HexFormat.of().parseHex(id.session()), builder -> {
            for (int start = 0; start < disk.length; start += Dimensions.MAP) {
                int end = Math.min(disk.length, start + Dimensions.MAP);
                if (changed == null || !changed.subMap(start, end).isEmpty()) {
                    Id block = block(builder, disk, start, end, changed);
                    layer.add(new Manifest.BlockRef(
                            block, (long) start * Dimensions.CHUNK, (long) end * Dimensions.CHUNK));
                }
            }
        });
    }

    private Id block(PackBuilder builder, long[] disk, int start, int end, TreeMap<Integer, Long> changed)
            throws PluginException {
        List<Piece> pieces = new ArrayList<>();
        long gap = 0;
        for (int i = start; i < end; i++) {
            if (changed != null && !changed.containsKey(i)) {
                gap += Dimensions.CHUNK;
                continue;
            }
            if (gap > 0) {
                pieces.add(Piece.gap(gap));
                gap = 0;
            }
            pieces.add(Piece.chunk(dimensions.chunk(disk[i]), Dimensions.CHUNK));
        }
        if (gap > 0) {
            pieces.add(Piece.gap(gap));
        }
        return map(builder, pieces);
    }

    private Id map(PackBuilder builder, List<Piece> pieces) throws PluginException {
        byte[] refs = BlockRefs.encode(PackFormat.MAP, List.of(new BlockRefs.Entry(null, false, pieces)));
        Id id = hasher.block(PackFormat.MAP, refs, refs.length, NONE, 0);
        byte[] tag = keys.refsTag(PackFormat.MAP, id, refs, 0, refs.length);
        byte[] tagged = Arrays.copyOf(refs, refs.length + tag.length);
        System.arraycopy(tag, 0, tagged, refs.length, tag.length);
        builder.append(PackFormat.MAP, 0, id, tagged, NONE, 0, 0, 0);
        return id;
    }

    private void collect(List<SealedPack> written) throws IOException {
        for (SealedPack pack : written) {
            if (collected.full() || collected.size() + pack.entries().size() > Segment.MAX_ENTRIES) {
                flush();
            }
            collected.add(pack);
        }
    }

    private void flush() throws IOException {
        if (collected.size() > 0) {
            ObjectKey key = ObjectNames.collectorSegment(collected.hash());
            put(key, collected.encode(keys, 1, key.value()));
            collected = new SegmentWriter();
        }
    }

    private void session(BackupId id, List<SealedPack> written) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        int number = 0;
        for (int i = 0; i < written.size(); i++) {
            writer.add(written.get(i));
            if (i == written.size() - 1 || i % 64 == 63) {
                ObjectKey key = ObjectNames.sessionSegment(id, number++);
                put(key, writer.encode(keys, 0, key.value()));
                writer = new SegmentWriter();
            }
        }
    }

    private void manifest(
            BackupId id,
            int machine,
            Optional<BackupId> previous,
            int number,
            Manifest.SourceRefs document,
            List<List<Manifest.BlockRef>> layers,
            long changed)
            throws PluginException, IOException {
        byte[] instance = HexFormat.of().parseHex(id.instanceHash());
        long size = (long) dimensions.positions() * Dimensions.CHUNK;
        long read = changed * Dimensions.CHUNK;
        BackupStats stats =
                new BackupStats(size, read, read, changed * Dimensions.ENTRY, 1, 1, 0, changed, changed, 0, read >> 28);
        byte[] label = keys.seal(
                "label",
                HexFormat.of().parseHex(id.instanceHash() + id.session()),
                Dimensions.instance(machine).getBytes(StandardCharsets.UTF_8));
        Manifest.Head head = new Manifest.Head(
                id,
                previous.map(BackupId::session),
                number + 1,
                1_700_000_000_000L + number * 86_400_000L + machine,
                keys.epoch(),
                label,
                Optional.of("checkpoint-" + number),
                stats);
        Manifest manifest = new Manifest(
                head,
                List.of(
                        document,
                        new Manifest.SourceRefs(
                                hasher.source(instance, "vda"),
                                SourceInfo.Shape.DISK,
                                false,
                                Dimensions.CHUNK,
                                size,
                                List.copyOf(layers))));
        Manifest.Secrets secrets =
                new Manifest.Secrets(List.of(DOCUMENT, "vda"), List.of(List.of(), List.of()), List.of());
        put(ObjectNames.manifest(id), ManifestSecrets.encode(keys, manifest, secrets, random));
    }

    private void put(ObjectKey key, byte[] bytes) throws IOException {
        Path file = root.resolve("objects").resolve(key.value());
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** What the vault is said to hold, for reports. */
    static String described(Path root) throws IOException {
        PackRows rows = PackRows.open(root.resolve("packs.rows"));
        long bytes = 0;
        for (int i = 0; i < rows.count(); i++) {
            bytes += rows.row(i).size();
        }
        double tebibytes = bytes / (double) (1L << 40);
        return String.format(
                java.util.Locale.ROOT,
                "%,d packs, %.2f TiB stored, %.0f packs a TiB",
                rows.count(),
                tebibytes,
                rows.count() / tebibytes);
    }
}
