package io.holdfast.core.vault.bench;

import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.core.vault.internal.chunk.Chunker;
import io.holdfast.core.vault.internal.chunk.Randomness;
import io.holdfast.core.vault.internal.chunk.Zeroes;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Hasher;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.BlockSource;
import io.holdfast.core.vault.internal.parity.ParityObject;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The stages that a chunk of 1 MiB goes through, one by one, on one thread: operations a second are MiB a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class Stages {

    private static final int MIB = 1 << 20;
    private static final int SEGMENTS = 8;
    private static final int ENTRIES = 100_000;

    private final byte[] half = new byte[MIB];
    private final byte[] random = new byte[MIB];
    private final byte[] zeroes = new byte[MIB];
    private final byte[] out = new byte[2 * MIB];
    private final ZstdCompressCtx fast = new ZstdCompressCtx();
    private final ZstdCompressCtx standard = new ZstdCompressCtx();
    private final Randomness randomness = new Randomness();
    private final Random ids = new Random(3);
    private KeyRing keys;
    private Hasher hasher;
    private Chunker chunker;
    private Cipher cipher;
    private long nonce;
    private VaultIndex index;
    private List<Id> present;
    private Path file;

    @Setup(Level.Trial)
    public void begin() throws Exception {
        new Random(1).nextBytes(random);
        StringBuilder words = new StringBuilder();
        Random word = new Random(2);
        while (words.length() < MIB) {
            words.append("word").append(word.nextInt(5000)).append(word.nextInt(9) == 0 ? '\n' : ' ');
        }
        System.arraycopy(words.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, half, 0, MIB);
        // a key pair of X25519: any 32 bytes are a private key, and this is the public one of basepoint 9 here
        byte[] publicKey = new byte[32];
        publicKey[0] = 9;
        keys = new KeyRing(new KeyCodec.Parts(new byte[16], 1, new byte[32], publicKey, null));
        hasher = keys.hasher();
        chunker = new Chunker(keys.gear(), 256 << 10, MIB, 4 * MIB);
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        fast.setLevel(1);
        standard.setLevel(3);
        file = Files.createTempFile("stages", ".pack");
        index();
    }

    private void index() throws Exception {
        List<Segment> segments = new ArrayList<>();
        present = new ArrayList<>();
        for (int s = 0; s < SEGMENTS; s++) {
            SegmentWriter writer = new SegmentWriter();
            for (int i = 0; i < ENTRIES; i++) {
                Id id = id();
                present.add(id);
                writer.add(id, new Location(new Id(s, 0, 0, i >> 6), PackFormat.DATA, 200, 100), 1 << 20);
            }
            String name = "index/" + s;
            segments.add(new Segment(name, writer.encode(keys, 1, name)));
        }
        index = new VaultIndex(segments, Set.of());
    }

    private Id id() {
        return new Id(ids.nextLong(), ids.nextLong(), ids.nextLong(), ids.nextLong());
    }

    @TearDown(Level.Trial)
    public void end() throws Exception {
        Files.deleteIfExists(file);
        fast.close();
        standard.close();
    }

    @Benchmark
    public int cutByContent() {
        int cuts = 0;
        chunker.reset();
        for (int at = 0; at < MIB; ) {
            int length = chunker.find(random, at, MIB);
            at += length < 0 ? MIB - at : length;
            cuts++;
            chunker.reset();
        }
        return cuts;
    }

    @Benchmark
    public boolean cutFixedWhereThereAreZeroes() {
        return Zeroes.only(zeroes, 0, MIB / 2) && Zeroes.only(zeroes, MIB / 2, MIB / 2);
    }

    @Benchmark
    public Id hash() {
        return hasher.chunk(random, 0, MIB);
    }

    @Benchmark
    public boolean detectIncompressible() {
        return randomness.looksRandom(random, 0, MIB);
    }

    @Benchmark
    public int compressTextLevel1() {
        return fast.compressByteArray(out, 0, out.length, half, 0, MIB);
    }

    @Benchmark
    public int compressTextLevel3() {
        return standard.compressByteArray(out, 0, out.length, half, 0, MIB);
    }

    @Benchmark
    public int compressRandomLevel3() {
        return standard.compressByteArray(out, 0, out.length, random, 0, MIB);
    }

    @Benchmark
    public int encrypt() throws Exception {
        byte[] iv = new byte[12];
        ByteBuffer.wrap(iv).putLong(4, nonce++);
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[32], "AES"), new GCMParameterSpec(128, iv));
        return cipher.doFinal(random, 0, MIB, out, 0);
    }

    /** Encrypt, check sum, hash and write; 32 MiB to a file without waiting for the disk. */
    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(32)
    public SealedPack pack() throws Exception {
        try (PackBuilder builder = PackBuilder.create(keys, PackFormat.DATA, new byte[16], file, new SecureRandom())) {
            for (int i = 0; i < 32; i++) {
                builder.append(PackFormat.CHUNK, 0, new Id(i, 0, 0, 0), new byte[0], random, 0, MIB, MIB);
            }
            return builder.seal();
        }
    }

    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(32)
    public byte[] parity5() throws Exception {
        return parity(5);
    }

    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(32)
    public byte[] parity10() throws Exception {
        return parity(10);
    }

    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(32)
    public byte[] parity20() throws Exception {
        return parity(20);
    }

    /** Parity of a pack of 32 MiB. */
    private byte[] parity(int percent) throws Exception {
        BlockSource pack = (offset, into, length) -> {
            System.arraycopy(random, offset & MIB - 1, into, 0, length);
            return length;
        };
        return ParityObject.encode(keys, new Id(1, 2, 3, 4), 32 * MIB, pack, percent);
    }

    /** 800,000 entries in eight segments. */
    @Benchmark
    public boolean lookUpPresent() throws PluginException {
        return index.trusts(present.get(ids.nextInt(present.size())));
    }

    @Benchmark
    public boolean lookUpAbsent() throws PluginException {
        return index.trusts(id());
    }
}
