package io.holdfast.core.vault.internal.manifest;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Manifests as bytes, FORMAT.md section 8. */
public final class ManifestCodec {

    /** Greatest length of a manifest. */
    public static final int MAX_LENGTH = 113 << 20;

    private static final int MAGIC = 0x48466d66;
    private static final int FIXED = 36;
    private static final int MAC = 32;
    private static final int MAX_HEAD = 256 << 10;
    private static final int MAX_REFS = 48 << 20;
    private static final int MAX_SEALED = 64 << 20;
    private static final int MAX_TOKEN = 240 << 10;
    private static final int FIRST_READ = 4096;
    private static final SourceInfo.Shape[] SHAPES = {
        SourceInfo.Shape.DISK, SourceInfo.Shape.TREE, SourceInfo.Shape.STREAM, SourceInfo.Shape.ITEMS
    };

    /** The state byte of a copy. */
    private static final int COPY = 3;

    private ManifestCodec() {}

    /** What lies under a manifest's key. */
    public enum State {
        /** A backup, or a copy of one. */
        BACKUP,
        /** Given up by its own writer. */
        GIVEN_UP,
        /** Fenced by a collector. */
        FENCED
    }

    /**
     * Bytes of a manifest.
     *
     * @param secrets what {@link ManifestSecrets} has made, for the same head and refs
     */
    public static byte[] encode(KeyRing keys, byte[] front, byte[] secrets) {
        Encoder out = new Encoder(front.length + secrets.length + MAC);
        out.raw(front).raw(secrets);
        return out.raw(keys.objectMac("", nameOf(front), out.array(), out.size()))
                .toBytes();
    }

    private static String nameOf(byte[] front) {
        HexFormat hex = HexFormat.of();
        return "manifests/" + hex.formatHex(front, FIXED, FIXED + 16) + "/"
                + hex.formatHex(front, FIXED + 16, FIXED + 32);
    }

    /** Everything before the sealed part, whose length must be known. */
    public static byte[] encodeFront(KeyRing keys, Manifest manifest, int sealedLength) throws PluginException {
        byte[] head = encodeHead(manifest.head());
        byte[] refs = encodeRefs(manifest.sources());
        if (head.length > MAX_HEAD || refs.length > MAX_REFS || sealedLength > MAX_SEALED) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, "The backup has more parts than a manifest can hold; split the instance.");
        }
        Encoder out = new Encoder(FIXED + head.length + MAC + refs.length);
        fixed(out, keys, State.BACKUP, head.length, refs.length, sealedLength);
        out.raw(head);
        String key = ObjectNames.manifest(manifest.head().id()).value();
        out.raw(keys.objectMac("head", key, out.array(), out.size()));
        return out.raw(refs).toBytes();
    }

    private static void fixed(Encoder out, KeyRing keys, State state, int head, int refs, int sealed) {
        int reason = state == State.BACKUP ? 0 : state == State.GIVEN_UP ? 1 : 2;
        out.u32(MAGIC).u8(1).u8(reason == 0 ? 1 : 2).u8(reason).u8(0).raw(keys.vaultId());
        out.u32(head).u32(refs).u32(sealed);
    }

    /** Bytes of the same backup under the name of a copy: head, refs and sealed part as they are. */
    public static byte[] encodeCopy(KeyRing keys, Loaded original, BackupId copy) {
        int length = original.head().length + original.refs().length + original.sealed().length;
        Encoder out = new Encoder(FIXED + length + 2 * MAC);
        out.u32(MAGIC).u8(1).u8(COPY).u8(0).u8(0).raw(keys.vaultId());
        out.u32(original.head().length).u32(original.refs().length).u32(original.sealed().length);
        out.raw(original.head());
        String key = ObjectNames.manifest(copy).value();
        out.raw(keys.objectMac("head", key, out.array(), out.size()));
        out.raw(original.refs()).raw(original.sealed());
        return out.raw(keys.objectMac("", key, out.array(), out.size())).toBytes();
    }

    /** Bytes of a void manifest. */
    public static byte[] encodeVoid(KeyRing keys, BackupId session, State state) {
        Encoder out = new Encoder(128);
        fixed(out, keys, state, 0, 0, 0);
        String key = ObjectNames.manifest(session).value();
        out.raw(keys.objectMac("head", key, out.array(), out.size()));
        return out.raw(keys.objectMac("", key, out.array(), out.size())).toBytes();
    }

    private static byte[] encodeHead(Manifest.Head head) {
        Encoder out = new Encoder(512);
        out.raw(head.binding()).u8(head.predecessor().isPresent() ? 1 : 0);
        out.raw(HexFormat.of().parseHex(head.predecessor().orElse("0".repeat(32))));
        out.u64(head.sequence()).u64(head.timeMillis()).u32(head.epoch()).bytes16(head.label());
        out.u8(head.token().isPresent() ? 1 : 0);
        out.bytes32(head.token().orElse("").getBytes(StandardCharsets.UTF_8));
        BackupStats s = head.stats();
        long[] numbers = {
            s.logicalBytes(),
            s.readBytes(),
            s.newBytes(),
            s.storedBytes(),
            s.files(),
            s.filesRead(),
            s.problems(),
            s.chunks(),
            s.newChunks(),
            s.incompressibleBytes(),
            s.seconds()
        };
        out.u8(numbers.length);
        for (long number : numbers) {
            out.u64(number);
        }
        return out.toBytes();
    }

    private static byte[] encodeRefs(List<Manifest.SourceRefs> sources) {
        Encoder out = new Encoder(1024);
        out.u16(sources.size());
        for (Manifest.SourceRefs source : sources) {
            out.raw(source.nameHash())
                    .u8(source.shape().ordinal() + 1)
                    .u8(source.document() ? 1 : 0)
                    .u16(0);
            out.u32(source.chunkSize()).u64(source.size()).u16(source.layers().size());
            for (List<Manifest.BlockRef> layer : source.layers()) {
                out.u32(layer.size());
                for (Manifest.BlockRef block : layer) {
                    out.id(block.id()).u64(block.start()).u64(block.end());
                }
            }
        }
        return out.toBytes();
    }

    /** What lies under a session's key, by a short read; empty if nothing does. */
    public static Optional<State> state(Objects objects, KeyRing keys, BackupId session, TransferContext context)
            throws PluginException {
        byte[] start;
        try {
            start = objects.range(ObjectNames.manifest(session), 0, FIXED + MAC, context);
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        String key = ObjectNames.manifest(session).value();
        int[] lengths = new int[4];
        State state = parseFixed(key, start, keys, lengths);
        if (state != State.BACKUP && !keys.objectMacMatches("head", key, start, FIXED)) {
            throw Decoder.damaged(key, "its authentication code does not match");
        }
        return Optional.of(state);
    }

    private static State parseFixed(String key, byte[] bytes, KeyRing keys, int[] lengths) throws PluginException {
        if (bytes.length < FIXED + MAC) {
            throw Decoder.damaged(key, "it ends early");
        }
        Decoder in = new Decoder(key, bytes, 0, FIXED);
        in.magic(MAGIC);
        int version = in.u8();
        int state = in.u8();
        int reason = in.u8();
        in.zeroes(1);
        if (version != 1) {
            throw new PluginException(ErrorKind.UNSUPPORTED, key + " was written by a newer version; update Holdfast.");
        }
        if (!Arrays.equals(in.raw(16), keys.vaultId())) {
            throw in.damaged("it belongs to another vault");
        }
        lengths[0] = in.u32(MAX_HEAD);
        lengths[1] = in.u32(MAX_REFS);
        lengths[2] = in.u32(MAX_SEALED);
        boolean empty = lengths[0] == 0 && lengths[1] == 0 && lengths[2] == 0;
        if (state < 1 || state > COPY || reason > 2 || (state == 2) == (reason == 0) || (state == 2) != empty) {
            throw in.damaged("its state contradicts itself");
        }
        lengths[3] = state;
        return reason == 0 ? State.BACKUP : reason == 1 ? State.GIVEN_UP : State.FENCED;
    }

    /** Reads the head of a manifest; empty if it is void. */
    public static Optional<Manifest.Head> readHead(Objects objects, KeyRing keys, BackupId id, TransferContext context)
            throws PluginException {
        byte[] start = objects.range(ObjectNames.manifest(id), 0, FIRST_READ, context);
        String key = ObjectNames.manifest(id).value();
        int[] lengths = new int[4];
        State state = parseFixed(key, start, keys, lengths);
        int need = FIXED + lengths[0] + MAC;
        if (need > start.length && start.length == FIRST_READ) {
            start = objects.range(ObjectNames.manifest(id), 0, need, context);
        }
        return head(key, id, start, keys, state, lengths);
    }

    private static Optional<Manifest.Head> head(
            String key, BackupId id, byte[] bytes, KeyRing keys, State state, int[] lengths) throws PluginException {
        int length = FIXED + lengths[0];
        if (bytes.length < length + MAC) {
            throw Decoder.damaged(key, "it ends early");
        }
        if (!keys.objectMacMatches("head", key, bytes, length)) {
            throw Decoder.damaged(key, "the authentication code of its head does not match");
        }
        return state == State.BACKUP
                ? Optional.of(decodeHead(new Decoder(key, bytes, FIXED, lengths[0]), id, lengths[3] == COPY))
                : Optional.empty();
    }

    private static Manifest.Head decodeHead(Decoder in, BackupId id, boolean copy) throws PluginException {
        HexFormat hex = HexFormat.of();
        BackupId origin = new BackupId(hex.formatHex(in.raw(16)) + "." + hex.formatHex(in.raw(16)));
        if (copy ? !origin.sameBackup(id) : !origin.equals(id)) {
            throw in.damaged("it belongs to another backup");
        }
        boolean hasPredecessor = in.u8() == 1;
        String predecessor = hex.formatHex(in.raw(16));
        long sequence = in.u64();
        long time = in.i64();
        int epoch = in.u32();
        byte[] label = in.bytes16();
        boolean hasToken = in.u8() == 1;
        String token = new String(in.bytes32(MAX_TOKEN), StandardCharsets.UTF_8);
        int count = in.u8();
        long[] n = new long[Math.max(11, count)];
        for (int i = 0; i < count; i++) {
            n[i] = in.u64();
        }
        in.end();
        return new Manifest.Head(
                id,
                hasPredecessor ? Optional.of(predecessor) : Optional.empty(),
                sequence,
                time,
                epoch,
                label,
                hasToken ? Optional.of(token) : Optional.empty(),
                new BackupStats(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10]),
                origin);
    }

    /** A whole manifest with its bytes; empty if it is void. */
    public static Optional<Loaded> decode(KeyRing keys, BackupId id, byte[] bytes) throws PluginException {
        String key = ObjectNames.manifest(id).value();
        int[] lengths = new int[4];
        State state = parseFixed(key, bytes, keys, lengths);
        long length = FIXED + lengths[0] + MAC + (long) lengths[1] + lengths[2];
        if (bytes.length != length + MAC) {
            throw Decoder.damaged(key, "it has another length");
        }
        Optional<Manifest.Head> head = head(key, id, bytes, keys, state, lengths);
        if (!keys.objectMacMatches("", key, bytes, (int) length)) {
            throw Decoder.damaged(key, "its authentication code does not match");
        }
        if (head.isEmpty()) {
            return Optional.empty();
        }
        int refsAt = FIXED + lengths[0] + MAC;
        List<Manifest.SourceRefs> sources = decodeRefs(new Decoder(key, bytes, refsAt, lengths[1]));
        byte[] head2 = Arrays.copyOfRange(bytes, FIXED, FIXED + lengths[0]);
        byte[] refs = Arrays.copyOfRange(bytes, refsAt, refsAt + lengths[1]);
        byte[] sealed = Arrays.copyOfRange(bytes, refsAt + lengths[1], (int) length);
        return Optional.of(new Loaded(new Manifest(head.get(), sources), head2, refs, sealed));
    }

    /**
     * A manifest with what its sealed part is bound to.
     *
     * @param manifest the clear part
     * @param head its bytes
     * @param refs their bytes
     * @param sealed the rest
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Loaded(Manifest manifest, byte[] head, byte[] refs, byte[] sealed) {}

    private static List<Manifest.SourceRefs> decodeRefs(Decoder in) throws PluginException {
        int count = in.u16();
        List<Manifest.SourceRefs> sources = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            byte[] nameHash = in.raw(16);
            int shape = in.u8();
            int flags = in.u8();
            in.zeroes(2);
            int chunkSize = in.u32();
            long size = in.u64();
            int layers = in.u16();
            if (shape < 1 || shape > SHAPES.length || flags > 1 || layers > Manifest.MAX_LAYERS) {
                throw in.damaged("a source contradicts itself");
            }
            List<List<Manifest.BlockRef>> all = new ArrayList<>(layers);
            for (int l = 0; l < layers; l++) {
                all.add(decodeLayer(in));
            }
            sources.add(new Manifest.SourceRefs(nameHash, SHAPES[shape - 1], flags == 1, chunkSize, size, all));
        }
        in.end();
        return sources;
    }

    private static List<Manifest.BlockRef> decodeLayer(Decoder in) throws PluginException {
        int count = in.u32(MAX_REFS / 48);
        List<Manifest.BlockRef> layer = new ArrayList<>(Math.min(count, in.remaining() / 48 + 1));
        long before = 0;
        for (int i = 0; i < count; i++) {
            Id id = in.id();
            long start = in.u64();
            long end = in.u64();
            if (start < before || end <= start) {
                throw in.damaged("blocks of a layer overlap");
            }
            layer.add(new Manifest.BlockRef(id, start, end));
            before = end;
        }
        return layer;
    }

    /** Whether these bytes are the intact manifest of another backup. */
    public static boolean otherIdentity(KeyRing keys, BackupId id, byte[] bytes) {
        int length = bytes.length - MAC;
        if (length < FIXED + 32 || wrongLength(bytes)) {
            return false;
        }
        String name = nameOf(bytes);
        return !name.equals(ObjectNames.manifest(id).value()) && keys.objectMacMatches("", name, bytes, length);
    }

    /** Whether these bytes are not as many as their own header says. */
    public static boolean wrongLength(byte[] bytes) {
        if (bytes.length < FIXED + 2 * MAC) {
            return true;
        }
        java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(bytes);
        return bytes.length != FIXED + 2L * MAC + in.getInt(24) + (long) in.getInt(28) + in.getInt(32);
    }

    /** Head and refs of a front: what the sealed part is bound to. */
    public static byte[] binding(Manifest manifest) {
        return new Encoder()
                .raw(encodeHead(manifest.head()))
                .raw(encodeRefs(manifest.sources()))
                .toBytes();
    }
}
