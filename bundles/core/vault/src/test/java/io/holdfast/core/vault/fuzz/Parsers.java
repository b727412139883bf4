package io.holdfast.core.vault.fuzz;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.RecoveryShare;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.WriterKeys;
import io.holdfast.core.vault.internal.DescriptorParser;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentCursor;
import io.holdfast.core.vault.internal.keys.EpochParser;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.manifest.SealedPart;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackHeader;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedEntry;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.core.vault.internal.parity.ParityObject;
import io.holdfast.core.vault.internal.read.Summaries;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.write.StagingNote;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The parsers, as somebody calls them who holds the keys of a writer: what is authenticated is authenticated for him before it is
 * parsed, so that a wrong code is not the end of the search. A parser gives something or throws {@link PluginException}.
 */
final class Parsers {

    /** Takes bytes as they come. */
    interface Parser {
        void parse(byte[] bytes) throws PluginException;
    }

    static final KeyRing KEYS = keys();
    static final BackupId BACKUP = new BackupId("0".repeat(32) + "." + "1".repeat(32));
    static final Id ID = new Id(1, 2, 3, 4);
    private static final Manifest.Head HEAD = new Manifest.Head(
            BACKUP,
            Optional.empty(),
            1,
            0,
            1,
            new byte[0],
            Optional.empty(),
            new BackupStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    private static final String SEGMENT = "index/g." + "2".repeat(64);
    private static final RecoveryKey RECOVERY = RecoveryKey.generate(new SecureRandom());
    static final ShareSecret SET = new ShareSecret(new byte[6], 2, 3, new byte[20]);
    private static final int MAC = 32;
    private static final int TRAILER = 48;

    private Parsers() {}

    private static KeyRing keys() {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 7);
        byte[] vault = new byte[16];
        Arrays.fill(vault, (byte) 9);
        try {
            Hpke.Pair pair = Hpke.generate();
            return new KeyRing(new KeyCodec.Parts(vault, 1, secret, pair.publicKey(), pair.privateKey()));
        } catch (PluginException e) {
            throw new AssertionError(e);
        }
    }

    /** All of them, by name. */
    static Map<String, Parser> all() {
        Map<String, Parser> all = new TreeMap<>();
        all.put("descriptor", Parsers::descriptor);
        all.put("keySlot", Parsers::keySlot);
        all.put("shareSlot", Parsers::shareSlot);
        all.put("epochRecord", Parsers::epochRecord);
        all.put("earlierKeys", bytes -> EpochParser.parse(bytes));
        all.put("readerKeys", bytes -> ReaderKeys.decode(bytes));
        all.put("share", bytes -> RecoveryShare.parse(new String(bytes, StandardCharsets.ISO_8859_1), "Share"));
        all.put("keys", Parsers::keys);
        all.put("packHeader", bytes -> PackHeader.parse("p", bytes, KEYS.vaultId()));
        all.put("packTable", Parsers::packTable);
        all.put("parity", Parsers::parity);
        all.put("packScan", Parsers::packScan);
        all.put("entry", Parsers::entry);
        all.put("payload", Parsers::payload);
        all.put("refs", Parsers::refs);
        all.put("treeListing", Parsers::treeListing);
        all.put("itemListing", Parsers::itemListing);
        all.put("segment", Parsers::segment);
        all.put("manifest", Parsers::manifest);
        all.put("sealedPart", Parsers::sealedPart);
        all.put("stagingNote", StagingNote::parse);
        all.put("names", Parsers::names);
        return all;
    }

    /** Runs a parser that may refuse. */
    static void run(Parser parser, byte[] bytes) {
        try {
            parser.parse(bytes);
        } catch (PluginException e) {
            // refused, as it should be
        }
    }

    private static void descriptor(byte[] bytes) throws PluginException {
        Envelope.vaultId(Arrays.copyOf(bytes, Math.max(24, bytes.length)));
        DescriptorParser.parse(Envelope.body(Envelope.DESCRIPTOR, ObjectNames.DESCRIPTOR, bytes));
    }

    private static void keySlot(byte[] bytes) throws PluginException {
        KeySlot.unwrap(bytes, RECOVERY);
    }

    private static void shareSlot(byte[] bytes) throws PluginException {
        KeySlot.unwrap(bytes, SET);
    }

    private static void epochRecord(byte[] bytes) throws PluginException {
        byte[] signed = bytes.clone();
        int length = signed.length - MAC;
        ObjectKey key = EpochRecord.key(2);
        if (length >= 0) {
            System.arraycopy(KEYS.objectMac("", key.value(), signed, length), 0, signed, length, MAC);
        }
        EpochRecord.decode(KEYS, key, signed);
    }

    private static void keys(byte[] bytes) throws PluginException {
        WriterKeys.decode(bytes);
    }

    private static byte[] read(byte[] pack, int offset, int length) {
        int from = Math.min(offset, pack.length);
        return Arrays.copyOfRange(pack, from, (int) Math.min((long) from + length, pack.length));
    }

    private static void packTable(byte[] bytes) throws PluginException {
        byte[] pack = bytes.clone();
        int trailer = pack.length - TRAILER;
        if (trailer > PackHeader.USUAL_LENGTH) {
            sign(pack, trailer);
        }
        SealedPack table = PackTable.read(KEYS, ID, pack.length, (offset, length) -> read(pack, offset, length));
        for (PackEntry entry : table.entries()) {
            EntryReader.header(pack, entry.offset(), entry.length(), entry.id());
        }
    }

    /** Writes the code that fits the footer, wherever it says that it begins. */
    private static void sign(byte[] pack, int trailer) throws PluginException {
        ByteBuffer numbers = ByteBuffer.wrap(pack, trailer, 12);
        int offset = numbers.getInt();
        int length = numbers.getInt();
        if (offset >= 0 && length >= 0 && (long) offset + length <= trailer) {
            byte[] header = PackTable.header("p", (from, n) -> read(pack, from, n));
            var mac = KEYS.mac();
            mac.update("pack".getBytes(StandardCharsets.US_ASCII));
            mac.update(header);
            mac.update(pack, offset, length);
            mac.update(pack, trailer, 12);
            System.arraycopy(mac.doFinal(), 0, pack, trailer + 12, MAC);
        }
    }

    private static void parity(byte[] bytes) throws PluginException {
        byte[] object = bytes.clone();
        if (object.length >= 76) {
            CRC32C crc = new CRC32C();
            crc.update(object, 0, 72);
            ByteBuffer header = ByteBuffer.wrap(object);
            header.putInt(72, (int) crc.getValue());
            long blocks = (header.getInt(56) + Math.max(1L, header.getInt(60)) - 1) / Math.max(1, header.getInt(60));
            long mac = 76 + 4 * (blocks + (long) header.getInt(64) * header.getShort(70));
            if (mac >= 76 && mac <= object.length - MAC) {
                String key = ObjectNames.parity(ID).value();
                System.arraycopy(KEYS.objectMac("", key, object, (int) mac), 0, object, (int) mac, MAC);
            }
        }
        ParityObject parity = ParityObject.parse(KEYS, ID, object);
        parity.intact();
        Mender.mend(ID, parity, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private static void packScan(byte[] bytes) throws PluginException {
        PackTable.hasEnd(bytes);
        for (PackEntry entry : PackTable.scan(bytes)) {
            EntryReader.header(bytes, entry.offset(), entry.length(), entry.id());
        }
    }

    private static void entry(byte[] bytes) throws PluginException {
        EntryHeader header = EntryHeader.parse(bytes, 0);
        EntryReader.header(bytes, 0, header.totalLength(), header.id());
        if (header.type() != PackFormat.CHUNK) {
            byte[] signed = bytes.clone();
            int length = header.refsLength() - PackFormat.REFS_TAG;
            byte[] tag = KEYS.refsTag(header.type(), header.id(), signed, EntryHeader.LENGTH, length);
            System.arraycopy(tag, 0, signed, EntryHeader.LENGTH + length, tag.length);
            try (EntryReader reader = new EntryReader(KEYS)) {
                byte[] refs = reader.refs(header, signed, 0);
                BlockRefs.targets(header.id(), refs);
                BlockRefs.decode(header.type(), header.id(), refs);
            }
        }
    }

    /** Four bytes that say how long it should get, then what was sealed. */
    private static void payload(byte[] bytes) throws PluginException {
        Decoder in = new Decoder("input", bytes);
        int raw = in.u32(PackFormat.MAX_CHUNK);
        byte[] plain = in.raw(in.remaining());
        SealedEntry.open(KEYS, ID, raw, plain);
    }

    private static void refs(byte[] bytes) throws PluginException {
        for (int type = PackFormat.MAP; type <= PackFormat.ITEMS; type++) {
            int of = type;
            run(b -> BlockRefs.decode(of, ID, b), bytes);
        }
        BlockRefs.targets(ID, bytes);
    }

    private static void treeListing(byte[] bytes) throws PluginException {
        Decoder in = new Decoder("input", bytes);
        int count = in.u16();
        Listing.decodeTree(ID, in.raw(in.remaining()), Math.min(count, BlockRefs.MAX_ENTRIES));
    }

    private static void itemListing(byte[] bytes) throws PluginException {
        Decoder in = new Decoder("input", bytes);
        int count = in.u8();
        List<BlockRefs.Entry> refs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            refs.add(new BlockRefs.Entry(null, i % 5 == 4, List.of()));
        }
        Listing.decodeItems(ID, in.raw(in.remaining()), refs);
    }

    private static void segment(byte[] bytes) throws PluginException {
        Segment segment = new Segment(SEGMENT, bytes);
        segment.distrust(Set.of(segment.packs() > 0 ? segment.pack(0).pack() : ID));
        segment.find(ID);
        SegmentCursor entries = segment.cursor(0, Math.min(segment.entries(), 50));
        while (entries.next()) {
            segment.firstFrom(entries.prefix());
            segment.find(entries.id());
            segment.trusted(entries.entry());
            Location location = segment.location(entries.entry());
            if (location.offset() < 0 || location.length() < EntryHeader.LENGTH) {
                throw new AssertionError("an entry lies nowhere: " + location);
            }
        }
    }

    /** Three lengths, then what they are the lengths of; codes are put in. */
    private static void manifest(byte[] bytes) throws PluginException {
        Decoder in = new Decoder("input", bytes);
        int head = in.u16();
        int refs = in.u16();
        byte[] rest = in.raw(in.remaining());
        head = Math.min(head, rest.length);
        refs = Math.min(refs, rest.length - head);
        String key = ObjectNames.manifest(BACKUP).value();
        Encoder out = new Encoder(rest.length + 200);
        out.u32(0x48466d66).u8(1).u8(1).u8(0).u8(0).raw(KEYS.vaultId());
        out.u32(head).u32(refs).u32(rest.length - head - refs).raw(rest, 0, head);
        out.raw(KEYS.objectMac("head", key, out.array(), out.size()));
        out.raw(rest, head, rest.length - head);
        out.raw(KEYS.objectMac("", key, out.array(), out.size()));
        Optional<ManifestCodec.Loaded> loaded = ManifestCodec.decode(KEYS, BACKUP, out.toBytes());
        if (loaded.isPresent()) {
            Summaries.of(loaded.get().manifest().head(), Optional.empty());
        }
    }

    private static void sealedPart(byte[] bytes) throws PluginException {
        List<List<Manifest.BlockRef>> layers = List.of(
                List.of(new Manifest.BlockRef(ID, 0, 5), new Manifest.BlockRef(ID, 5, 9)),
                List.of(new Manifest.BlockRef(ID, 0, 5)));
        Manifest manifest = new Manifest(
                HEAD,
                List.of(
                        new Manifest.SourceRefs(new byte[16], SourceInfo.Shape.TREE, false, 0, 9, layers),
                        new Manifest.SourceRefs(new byte[16], SourceInfo.Shape.DISK, false, 4096, 9, layers)));
        SealedPart.parse(manifest, bytes);
    }

    private static void names(byte[] bytes) throws PluginException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            RecoveryKey.parse(text);
        } finally {
            ObjectKey key;
            try {
                key = ObjectKey.of(text);
            } catch (IllegalArgumentException e) {
                key = ObjectNames.DESCRIPTOR;
            }
            ObjectNames.packOf(key);
            ObjectNames.backupOf(key);
            ObjectNames.sessionOfLease(key);
            ObjectNames.sessionOfSegment(key);
            ObjectNames.numberOf(key);
        }
    }
}
