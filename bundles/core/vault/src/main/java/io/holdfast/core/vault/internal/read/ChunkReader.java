package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;

/** Reads content: fetched, authenticated, decrypted, decompressed, checked. Safe for use from any thread. */
public final class ChunkReader implements AutoCloseable {

    private static final int CACHED_CHUNKS = 32;

    private final KeyRing keys;
    private final VaultIndex index;
    private final PackReader packs;
    private final ArrayDeque<EntryReader> readers = new ArrayDeque<>();
    private final Map<Id, byte[]> cache = PackReader.lru(CACHED_CHUNKS);
    private boolean closed;

    /** A reader of what this index knows. */
    public ChunkReader(KeyRing keys, VaultIndex index, PackReader packs) {
        this.keys = keys;
        this.index = index;
        this.packs = packs;
    }

    /** Where everything is. */
    public VaultIndex index() {
        return index;
    }

    /** How packs are read. */
    public PackReader packs() {
        return packs;
    }

    /** Places of a chunk. */
    public List<Location> locate(Id id) throws PluginException {
        return index.find(id);
    }

    /** The content of a chunk, from the cache if it was read lately. The array must not be changed. */
    public byte[] cached(Id id, TransferContext context) throws PluginException {
        synchronized (cache) {
            byte[] known = cache.get(id);
            if (known != null) {
                return known;
            }
        }
        byte[] bytes = payload(PackFormat.CHUNK, id, context);
        synchronized (cache) {
            cache.put(id, bytes);
        }
        return bytes;
    }

    /** The payload of a chunk or block, from whichever place still has it, or has it now, or can be mended. */
    public byte[] payload(int type, Id id, TransferContext context) throws PluginException {
        while (true) {
            int generation = index.generation();
            try {
                return found(type, id, context);
            } catch (PluginException e) {
                if (e.kind() == ErrorKind.NOT_FOUND && index.renewed(generation, id)) {
                    continue;
                }
                if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.CORRUPT_DATA) {
                    throw e;
                }
                return mended(type, id, e, context);
            }
        }
    }

    /** The payload by way of parity; throws what happened without. */
    private byte[] mended(int type, Id id, PluginException failure, TransferContext context) throws PluginException {
        for (Location location : index.find(id)) {
            if (packs.mend(location.pack(), context)) {
                try {
                    return at(type, id, location, context);
                } catch (PluginException e) {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure;
    }

    private byte[] at(int type, Id id, Location location, TransferContext context) throws PluginException {
        byte[] entry = type == PackFormat.CHUNK
                ? packs.range(location.pack(), location.offset(), location.length(), context)
                : packs.near(location.pack(), location.offset(), location.length(), context);
        return open(type, id, location, entry, 0, context);
    }

    private byte[] found(int type, Id id, TransferContext context) throws PluginException {
        PluginException first = null;
        for (Location location : index.find(id)) {
            try {
                return at(type, id, location, context);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                first = first == null ? e : first;
            }
        }
        throw first != null
                ? first
                : new PluginException(ErrorKind.NOT_FOUND, "Chunk " + id + " is in no pack that the index knows.");
    }

    /** Opens an entry that has been fetched. */
    public byte[] open(int type, Id id, Location location, byte[] bytes, int offset, TransferContext context)
            throws PluginException {
        EntryReader reader = take();
        try {
            EntryHeader header = EntryReader.header(bytes, offset, location.length(), id);
            if (header.type() != type) {
                throw io.holdfast.core.vault.internal.codec.Decoder.damaged("Chunk " + id, "it is of another type");
            }
            return reader.payload(header, bytes, offset, packs.key(location.pack(), header.keyIndex(), context));
        } finally {
            give(reader);
        }
    }

    private EntryReader take() throws PluginException {
        synchronized (readers) {
            if (closed) {
                throw new PluginException(ErrorKind.CANCELLED, "The backup was closed.");
            }
            EntryReader reader = readers.poll();
            if (reader != null) {
                return reader;
            }
        }
        return new EntryReader(keys);
    }

    private void give(EntryReader reader) {
        synchronized (readers) {
            if (!closed) {
                readers.push(reader);
                return;
            }
        }
        reader.close();
    }

    @Override
    public void close() {
        synchronized (readers) {
            closed = true;
            readers.forEach(EntryReader::close);
            readers.clear();
        }
    }
}
