package io.holdfast.core.vault.internal.crypto;

import io.holdfast.core.vault.internal.codec.Id;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/** The keyed hashes of FORMAT.md section 3.1. For one thread. */
public final class Hasher {

    private final Mac id;
    private final Mac block;
    private final Mac path;
    private final Mac sign;
    private final byte[] out = new byte[32];

    Hasher(Mac id, Mac block, Mac path, Mac sign) {
        this.id = id;
        this.block = block;
        this.path = path;
        this.sign = sign;
    }

    private Id finish(Mac mac) {
        try {
            mac.doFinal(out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return Id.at(out, 0);
    }

    /** The id of a chunk. */
    public Id chunk(byte[] content, int offset, int length) {
        id.update(content, offset, length);
        return finish(id);
    }

    /** The id of a block; refs without their tag. */
    public Id block(int type, byte[] refs, int refsLength, byte[] payload, int payloadLength) {
        block.update((byte) type);
        u32(block, refsLength);
        block.update(refs, 0, refsLength);
        block.update(payload, 0, payloadLength);
        return finish(block);
    }

    /** The signature of an entry or item. */
    public byte[] signature(byte[] name, byte[] changeSignature) {
        sign.update((byte) (name.length >> 8));
        sign.update((byte) name.length);
        sign.update(name);
        sign.update(changeSignature);
        finish(sign);
        return Arrays.copyOf(out, 16);
    }

    /** What decides where listing blocks end. */
    public long cut(byte[] name) {
        path.update(name);
        return finish(path).a();
    }

    /** The hash that names an instance, 16 bytes. */
    public byte[] instance(String instanceId) {
        path.update("instance".getBytes(StandardCharsets.US_ASCII));
        path.update(instanceId.getBytes(StandardCharsets.UTF_8));
        finish(path);
        return Arrays.copyOf(out, 16);
    }

    /** The hash that names a source, 16 bytes. */
    public byte[] source(byte[] instance, String name) {
        path.update("source".getBytes(StandardCharsets.US_ASCII));
        path.update(instance);
        path.update(name.getBytes(StandardCharsets.UTF_8));
        finish(path);
        return Arrays.copyOf(out, 16);
    }

    private static void u32(Mac mac, int value) {
        mac.update((byte) (value >>> 24));
        mac.update((byte) (value >>> 16));
        mac.update((byte) (value >>> 8));
        mac.update((byte) value);
    }
}
