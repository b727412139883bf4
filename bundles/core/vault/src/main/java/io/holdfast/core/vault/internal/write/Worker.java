package io.holdfast.core.vault.internal.write;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.core.vault.internal.chunk.Randomness;
import io.holdfast.core.vault.internal.crypto.Hasher;
import io.holdfast.core.vault.internal.crypto.KeyRing;

/** What one thread of an export needs for itself. */
final class Worker implements AutoCloseable {

    final Hasher hasher;
    final Randomness randomness = new Randomness();
    final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private byte[] compressed = new byte[64 << 10];

    Worker(KeyRing keys, int level) {
        hasher = keys.hasher();
        zstd.setLevel(level);
        zstd.setContentSize(true);
        zstd.setChecksum(false);
    }

    /** Compresses into {@link #compressed}; returns how long it became. */
    int compress(byte[] bytes, int offset, int length) {
        int bound = (int) Zstd.compressBound(length);
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        return zstd.compressByteArray(compressed, 0, compressed.length, bytes, offset, length);
    }

    byte[] compressed() {
        return compressed;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
