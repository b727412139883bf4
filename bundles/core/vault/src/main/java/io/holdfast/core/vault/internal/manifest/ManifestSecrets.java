package io.holdfast.core.vault.internal.manifest;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The sealed part of a manifest. */
public final class ManifestSecrets {

    private static final int SEALED_KEY = 32 + Hpke.OVERHEAD;
    private static final int MAX_RAW = 128 << 20;
    private static final int MAX_PROBLEMS = 10_000;

    private ManifestSecrets() {}

    /** The whole manifest of these parts. */
    public static byte[] encode(KeyRing keys, Manifest manifest, Manifest.Secrets secrets, SecureRandom random)
            throws PluginException {
        byte[] plain = encodePlain(manifest, secrets);
        byte[] frame = Zstd.compress(plain, 3);
        int sealedLength = SEALED_KEY + 4 + frame.length + 16;
        byte[] key = new byte[32];
        random.nextBytes(key);
        byte[] sealedKey = keys.seal("manifest", manifest.head().binding(), key);
        byte[] front = ManifestCodec.encodeFront(keys, manifest, sealedLength);
        byte[] box = crypt(Cipher.ENCRYPT_MODE, key, ManifestCodec.binding(manifest), frame);
        byte[] sealed = new Encoder(sealedLength)
                .raw(sealedKey)
                .u32(plain.length)
                .raw(box)
                .toBytes();
        return ManifestCodec.encode(keys, front, sealed);
    }

    /** Opens the sealed part; needs the reader keys. */
    public static Manifest.Secrets decode(KeyRing keys, ManifestCodec.Loaded loaded) throws PluginException {
        Manifest manifest = loaded.manifest();
        String name = "The manifest of " + manifest.head().id();
        Decoder in = new Decoder(name, loaded.sealed());
        byte[] key =
                keys.open("manifest", manifest.head().epoch(), manifest.head().binding(), in.raw(SEALED_KEY));
        int rawLength = in.u32(MAX_RAW);
        byte[] binding = new Encoder().raw(loaded.head()).raw(loaded.refs()).toBytes();
        byte[] frame = crypt(Cipher.DECRYPT_MODE, key, binding, in.raw(in.remaining()));
        if (Zstd.getFrameContentSize(frame) != rawLength) {
            throw in.damaged("its sealed part has another length");
        }
        try {
            return decodePlain(name, manifest, Zstd.decompress(frame, rawLength));
        } catch (ZstdException e) {
            throw in.damaged("its sealed part does not decompress");
        }
    }

    private static byte[] crypt(int mode, byte[] key, byte[] aad, byte[] data) throws PluginException {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, new byte[12]));
            cipher.updateAAD(aad);
            return cipher.doFinal(data);
        } catch (GeneralSecurityException | ProviderException e) {
            // the latter for what is shorter than a tag
            throw new PluginException(ErrorKind.CORRUPT_DATA, "The sealed part of a manifest is damaged.", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] encodePlain(Manifest manifest, Manifest.Secrets secrets) {
        Encoder out = new Encoder(4096);
        for (int i = 0; i < manifest.sources().size(); i++) {
            out.str16(secrets.names().get(i));
            for (List<byte[]> layer : secrets.firsts().get(i)) {
                layer.forEach(out::bytes16);
            }
        }
        int count = Math.min(MAX_PROBLEMS, secrets.problems().size());
        out.u32(count);
        for (Problem problem : secrets.problems().subList(0, count)) {
            out.u16(Math.max(0, secrets.names().indexOf(problem.source())));
            out.bytes16(problem.path().toBytes()).str16(problem.kind().name()).str16(shorten(problem.message()));
        }
        return out.toBytes();
    }

    private static String shorten(String message) {
        return message.length() > 4096 ? message.substring(0, 4096) : message;
    }

    static Manifest.Secrets decodePlain(String name, Manifest manifest, byte[] plain) throws PluginException {
        Decoder in = new Decoder(name, plain);
        List<String> names = new ArrayList<>();
        List<List<List<byte[]>>> firsts = new ArrayList<>();
        for (Manifest.SourceRefs source : manifest.sources()) {
            names.add(in.str16());
            List<List<byte[]>> layers = new ArrayList<>();
            if (source.shape() == SourceInfo.Shape.TREE || source.shape() == SourceInfo.Shape.ITEMS) {
                for (List<Manifest.BlockRef> layer : source.layers()) {
                    List<byte[]> blocks = new ArrayList<>(layer.size());
                    for (int i = 0; i < layer.size(); i++) {
                        blocks.add(in.bytes16());
                    }
                    layers.add(blocks);
                }
            }
            firsts.add(layers);
        }
        int count = in.u32(MAX_PROBLEMS);
        List<Problem> problems = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            problems.add(problem(in, names));
        }
        in.end();
        return new Manifest.Secrets(names, firsts, problems);
    }

    private static Problem problem(Decoder in, List<String> names) throws PluginException {
        int source = in.u16();
        byte[] path = in.bytes16();
        String kind = in.str16();
        String message = in.str16();
        try {
            String name = source < names.size() ? names.get(source) : "";
            return new Problem(name, EntryPath.of(path), ErrorKind.valueOf(kind), message);
        } catch (IllegalArgumentException e) {
            throw in.damaged("a problem is not readable");
        }
    }
}
