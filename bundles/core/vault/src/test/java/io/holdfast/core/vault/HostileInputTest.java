package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parsers get every truncation and a flip of every byte: they throw {@link PluginException} or give what was written. */
class HostileInputTest {

    @TempDir
    Path directory;

    interface Parser {
        void parse(byte[] bytes) throws PluginException;
    }

    private static int survived(byte[] good, Parser parser) {
        int survived = 0;
        for (int i = 0; i < good.length; i++) {
            byte[] flipped = good.clone();
            flipped[i] ^= (byte) (1 << (i & 7));
            survived += accepts(flipped, parser) + accepts(Arrays.copyOf(good, i), parser);
            flipped[i] = (byte) 0xff;
            survived += flipped[i] == good[i] ? 0 : accepts(flipped, parser);
        }
        return survived;
    }

    private static int accepts(byte[] bytes, Parser parser) {
        try {
            parser.parse(bytes);
            return 1;
        } catch (PluginException e) {
            return 0;
        }
    }

    private static byte[] read(byte[] pack, int offset, int length) {
        int from = Math.min(offset, pack.length);
        return Arrays.copyOfRange(pack, from, (int) Math.min((long) from + length, pack.length));
    }

    @Test
    void packsAndTheirEntries() throws PluginException {
        try (Scene scene = new Scene(directory)) {
            scene.backup(new FakeTree().file("a", Scene.text(1, 900)).file("b", Scene.text(2, 1500)));
            KeyRing keys = new KeyRing(KeyCodec.parts(scene.keys.readerKeys()));
            for (String key : scene.destination.keys("packs/")) {
                byte[] good = scene.destination.get(key);
                Id id = Id.ofHex(key.substring(9));
                SealedPack table = PackTable.read(keys, id, good.length, (o, n) -> read(good, o, n));
                assertThat(PackTable.scan(good)).isEqualTo(table.entries());
                survived(good, bad -> {
                    PackTable.scan(bad);
                    SealedPack pack = PackTable.read(keys, id, bad.length, (o, n) -> read(bad, o, n));
                    assertThat(pack.entries()).isEqualTo(table.entries());
                });
                for (PackEntry entry : table.entries()) {
                    byte[] bytes = Arrays.copyOfRange(good, entry.offset(), entry.offset() + entry.length());
                    try (EntryReader reader = new EntryReader(keys)) {
                        survived(bytes, bad -> {
                            EntryHeader header = EntryReader.header(bad, 0, bytes.length, entry.id());
                            if (header.type() != PackFormat.CHUNK) {
                                reader.refs(header, bad, 0);
                            }
                        });
                    }
                }
            }
        }
    }

    @Test
    void indexSegments() throws PluginException {
        try (Scene scene = new Scene(directory)) {
            scene.backup(new FakeTree().file("a", Scene.noise(1, 3000)));
            KeyRing keys = new KeyRing(KeyCodec.parts(scene.keys.writerKeys()));
            String name = scene.destination.keys("index/").get(0);
            byte[] good = scene.destination.get(name);
            assertThat(survived(good, bad -> {
                        new Segment(name, bad);
                        if (!Segment.authentic(keys, ObjectKey.of(name), bad)) {
                            throw io.holdfast.core.vault.internal.codec.Decoder.damaged(name, "not authentic");
                        }
                    }))
                    .isZero();
        }
    }

    @Test
    void blocksAndListings() {
        Id a = new Id(1, 2, 3, 4);
        Id b = new Id(5, 6, 7, 8);
        List<BlockRefs.Entry> entries = List.of(
                new BlockRefs.Entry(
                        new byte[16], false, List.of(Piece.chunk(a, 500).slice(20, 100), Piece.zero(77))),
                new BlockRefs.Entry(null, false, List.of(Piece.map(b, 1L << 40))),
                new BlockRefs.Entry(null, false, List.of(Piece.chunk(a, 500))));
        byte[] good = BlockRefs.encode(PackFormat.TREE, entries);
        survived(good, bad -> BlockRefs.decode(PackFormat.TREE, a, bad));
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(120)];
            random.nextBytes(noise);
            accepts(noise, bytes -> BlockRefs.decode(1 + noise.length % 4, a, bytes));
            accepts(noise, bytes -> Listing.decodeTree(a, bytes, 3));
            accepts(noise, bytes -> Listing.decodeItems(a, bytes, entries));
        }
    }

    @Test
    void keysAndSmallObjects() throws PluginException {
        try (Scene scene = new Scene(directory)) {
            VaultFactory factory = scene.factory("node");
            String slot = scene.destination.keys("keys/").get(0);
            scene.destination.remove(scene.destination.keys("keys/").get(1));
            scene.destination.remove(scene.destination.keys("spare/").get(0));
            byte[] good = scene.destination.get(slot);
            assertThat(survived(good, bad -> {
                        scene.destination.replace(slot, bad);
                        factory.unlock(scene.destination, scene.keys.recoveryKey(), CONTEXT);
                    }))
                    .isZero();
            byte[] descriptor = scene.destination.get("vault.hf");
            assertThat(survived(descriptor, bad -> {
                        scene.destination.replace("vault.hf", bad);
                        scene.open("node", scene.keys.writerKeys());
                    }))
                    .isZero();
        }
        assertThatThrownBy(() -> WriterKeys.decode(new byte[3])).isInstanceOf(PluginException.class);
        String printed = RecoveryKey.generate(new java.security.SecureRandom()).print();
        char wrong = printed.charAt(3) == 'A' ? 'B' : 'A';
        assertThatThrownBy(() -> RecoveryKey.parse(printed.substring(0, 3) + wrong + printed.substring(4)))
                .hasMessageContaining("mistyped");
    }
}
