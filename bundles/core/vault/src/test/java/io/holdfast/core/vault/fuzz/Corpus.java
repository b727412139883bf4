package io.holdfast.core.vault.fuzz;

import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.parity.BlockSource;
import io.holdfast.core.vault.internal.parity.ParityObject;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.write.StagingNote;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One good input for each parser, from which a search starts. */
final class Corpus {

    private static final Id A = new Id(11, 12, 13, 14);
    private static final Id B = new Id(21, 22, 23, 24);

    private Corpus() {}

    static Map<String, byte[]> seeds(Path directory) throws PluginException, IOException {
        Map<String, byte[]> seeds = new TreeMap<>();
        SecureRandom random = new SecureRandom();
        byte[] options = new Encoder()
                .u64(0)
                .u64(0)
                .u32(4096)
                .u32(1024)
                .u32(4096)
                .u32(16384)
                .u32(65536)
                .u32(1024)
                .str16("appliance")
                .toBytes();
        seeds.put("descriptor", Envelope.wrap(Parsers.KEYS, Envelope.DESCRIPTOR, ObjectNames.DESCRIPTOR, options));
        KeyCodec.Parts parts = new KeyCodec.Parts(new byte[16], 1, new byte[32], new byte[32], new byte[32]);
        seeds.put("keySlot", KeySlot.wrap(parts, RecoveryKey.generate(random), random));
        seeds.put("shareSlot", KeySlot.wrap(parts, Parsers.SET, random));
        seeds.put("epochRecord", EpochRecord.of(rotated()).encode(Parsers.KEYS));
        seeds.put("earlierKeys", new Encoder().u32(1).u32(1).raw(new byte[64]).toBytes());
        seeds.put("readerKeys", KeyCodec.readerKeys(rotated()).encoded());
        seeds.put(
                "share",
                RecoveryShare.of(new byte[6], 2, 3, 1, new byte[20]).print().getBytes());
        seeds.put("keys", KeyCodec.readerKeys(parts).writerKeys().encoded());
        byte[] refs = BlockRefs.encode(
                PackFormat.TREE,
                List.of(
                        new BlockRefs.Entry(
                                new byte[16],
                                false,
                                List.of(Piece.chunk(A, 500).slice(20, 100), Piece.zero(77), Piece.gap(5))),
                        new BlockRefs.Entry(null, false, List.of(Piece.map(B, 1L << 40)))));
        seeds.put("refs", refs);
        byte[] pack = pack(directory, refs, random);
        seeds.put("packTable", pack);
        seeds.put("packScan", pack);
        byte[] packed = new byte[3000];
        packed[77] = 1;
        seeds.put("parity", ParityObject.encode(Parsers.KEYS, Parsers.ID, 3000, BlockSource.of(packed), 20));
        seeds.put("packHeader", Arrays.copyOf(pack, 128));
        seeds.put("entry", Arrays.copyOfRange(pack, 128, pack.length));
        byte[] content = new byte[1000];
        byte[] frame = com.github.luben.zstd.Zstd.compress(content);
        seeds.put("payload", new Encoder().u32(1000).raw(frame).toBytes());
        seeds.put("treeListing", tree());
        seeds.put("itemListing", items());
        SegmentWriter segment = new SegmentWriter();
        for (int i = 1; i < 40; i++) {
            segment.add(new Id(i * 77_777_777_777L, i, i, i), new Location(A, 1, i * 100, 100), 10_000);
        }
        seeds.put("segment", segment.encode(Parsers.KEYS, 1, "index/g." + "2".repeat(64)));
        seeds.put("manifest", manifest());
        seeds.put("sealedPart", sealedPart());
        seeds.put("stagingNote", StagingNote.sample(A));
        seeds.put("names", RecoveryKey.generate(random).print().getBytes());
        return seeds;
    }

    private static KeyCodec.Parts rotated() throws PluginException {
        Hpke.Pair pair = Hpke.generate();
        KeyCodec.Earlier first = new KeyCodec.Earlier(1, pair.publicKey(), pair.privateKey());
        byte[] vault = Parsers.KEYS.vaultId();
        return new KeyCodec.Parts(vault, 2, new byte[32], pair.publicKey(), pair.privateKey(), List.of(first));
    }

    private static byte[] pack(Path directory, byte[] refs, SecureRandom random) throws PluginException, IOException {
        Path file = directory.resolve("pack");
        try (PackBuilder builder = PackBuilder.create(Parsers.KEYS, PackFormat.META, new byte[16], file, random)) {
            byte[] tag = Parsers.KEYS.refsTag(PackFormat.TREE, A, refs, 0, refs.length);
            byte[] tagged = new Encoder().raw(refs).raw(tag).toBytes();
            builder.append(PackFormat.TREE, 0, A, tagged, new byte[50], 0, 50, 50);
            builder.append(PackFormat.CHUNK, 0, B, new byte[0], new byte[20], 0, 20, 20);
            builder.seal();
        }
        return Files.readAllBytes(file);
    }

    private static byte[] tree() {
        Encoder out = new Encoder().u16(2);
        byte[] before = new byte[0];
        for (String name : List.of("etc", "etc/passwd")) {
            EntryAttributes attributes = new EntryAttributes(5, 1, 2, 0644, 7, 8, new byte[0], 0, new byte[] {1, 2});
            byte[] path = EntryPath.of(name).toBytes();
            Listing.encode(
                    out,
                    new TreeEntry(EntryPath.of(name), EntryKind.FILE, attributes, new byte[0]),
                    path,
                    before,
                    false);
            before = path;
        }
        return out.toBytes();
    }

    private static byte[] items() {
        Encoder out = new Encoder().u8(2);
        for (String id : List.of("message-1", "message-2")) {
            Listing.encode(
                    out,
                    id.getBytes(),
                    new Listing.Item(id, EntryPath.of("inbox"), "v1", EntryAttributes.of(7, 8), 3, 4),
                    false);
        }
        return out.toBytes();
    }

    private static byte[] manifest() throws PluginException {
        Manifest.Head head = new Manifest.Head(
                Parsers.BACKUP,
                Optional.of("3".repeat(32)),
                7,
                8,
                1,
                new byte[60],
                Optional.of("token"),
                new BackupStats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        Manifest manifest = new Manifest(
                head,
                List.of(new Manifest.SourceRefs(
                        new byte[16],
                        SourceInfo.Shape.DISK,
                        false,
                        4096,
                        900,
                        List.of(List.of(new Manifest.BlockRef(A, 0, 900)), List.of(new Manifest.BlockRef(B, 0, 5))))));
        byte[] front = ManifestCodec.encodeFront(Parsers.KEYS, manifest, 0);
        int headLength = java.nio.ByteBuffer.wrap(front).getInt(24);
        int refsLength = java.nio.ByteBuffer.wrap(front).getInt(28);
        return new Encoder()
                .u16(headLength)
                .u16(refsLength)
                .raw(front, 36, headLength)
                .raw(front, 36 + headLength + 32, refsLength)
                .toBytes();
    }

    private static byte[] sealedPart() {
        Encoder out = new Encoder().str16("root");
        out.bytes16(new byte[] {'a'}).bytes16(new byte[] {'b'}).bytes16(new byte[0]);
        out.str16("vda").u32(1).u16(0);
        return out.bytes16("etc/x".getBytes())
                .str16("PERMISSION")
                .str16("not allowed")
                .toBytes();
    }
}
