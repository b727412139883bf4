package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.PackHeader;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.parity.Mended;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads ranges of packs, with a small window cache for blocks, and opens pack keys. Safe for use from any thread. */
public final class PackReader {

    private static final Logger LOG = LoggerFactory.getLogger(PackReader.class);
    private static final int WINDOW = 1 << 20;
    private static final int WINDOWS = 24;
    private static final int KEYS = 4096;
    private static final int MENDED = 4;
    private static final int HOPELESS = 4096;

    private final Objects objects;
    private final KeyRing keys;
    private final Map<Window, byte[]> windows = lru(WINDOWS);
    private final Mender mender;
    private final Object mending = new Object();
    private final Map<Id, Mended> mended = lru(MENDED);
    private final Map<Id, Boolean> hopeless = lru(HOPELESS);
    private final Set<Id> everMended = ConcurrentHashMap.newKeySet();
    private final Map<Id, @Nullable SecretKeySpec[]> packKeys = lru(KEYS);

    private record Window(Id pack, int number) {}

    /** A reader of that destination. */
    public PackReader(Objects objects, KeyRing keys) {
        this.objects = objects;
        this.keys = keys;
        this.mender = new Mender(objects, keys);
    }

    static <K, V> Map<K, V> lru(int limit) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > limit;
            }
        };
    }

    private @Nullable Mended mended(Id pack) {
        synchronized (mended) {
            return mended.get(pack);
        }
    }

    /** Bytes of a pack, read as they are or, after {@link #mend}, as they were; shorter only at its end. */
    public byte[] range(Id pack, int offset, int length, TransferContext context) throws PluginException {
        Mended blocks = mended(pack);
        if (blocks == null) {
            return objects.range(ObjectNames.pack(pack), offset, length, context);
        }
        byte[] found;
        try {
            found = objects.salvage(ObjectNames.pack(pack), offset, length, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            found = new byte[0];
        }
        return blocks.apply(offset, length, found);
    }

    /**
     * Has a pack, of which something was not as it should be, read by way of its parity from now on. One pack at a time, since it is
     * read whole for that.
     *
     * @return whether that could be done, now or before
     */
    public boolean mend(Id pack, TransferContext context) throws PluginException {
        synchronized (mending) {
            synchronized (mended) {
                if (mended.containsKey(pack)) {
                    return true;
                }
            }
            if (hopeless.containsKey(pack)) {
                return false;
            }
            // without a block to be replaced the pack is whole, and what is wrong was written so
            Optional<Mended> blocks =
                    mender.mend(pack, context).filter(m -> !m.blocks().isEmpty());
            if (blocks.isEmpty()) {
                hopeless.put(pack, true);
                return false;
            }
            synchronized (mended) {
                mended.put(pack, blocks.get());
            }
        }
        forget(pack);
        if (everMended.add(pack)) {
            LOG.warn("Pack {} is damaged and is read by way of its parity; verify the vault to have it repaired", pack);
        }
        return true;
    }

    private void forget(Id pack) {
        synchronized (windows) {
            windows.keySet().removeIf(window -> window.pack().equals(pack));
        }
        synchronized (packKeys) {
            packKeys.remove(pack);
        }
    }

    /** How many packs have been read by way of their parity. */
    public int mendedPacks() {
        return everMended.size();
    }

    /** Bytes of a pack by way of the window cache: for many small neighbours. */
    public byte[] near(Id pack, int offset, int length, TransferContext context) throws PluginException {
        try {
            return byWindows(pack, offset, length, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return range(pack, offset, length, context); // perhaps only a neighbour cannot be read
        }
    }

    private byte[] byWindows(Id pack, int offset, int length, TransferContext context) throws PluginException {
        byte[] out = new byte[length];
        int done = 0;
        while (done < length) {
            int at = offset + done;
            byte[] window = window(new Window(pack, at / WINDOW), context);
            int from = at % WINDOW;
            int n = Math.min(length - done, window.length - from);
            if (n <= 0) {
                return java.util.Arrays.copyOf(out, done);
            }
            System.arraycopy(window, from, out, done, n);
            done += n;
        }
        return out;
    }

    private byte[] window(Window window, TransferContext context) throws PluginException {
        synchronized (windows) {
            byte[] known = windows.get(window);
            if (known != null) {
                return known;
            }
        }
        Mended before = mended(window.pack());
        byte[] bytes = range(window.pack(), window.number() * WINDOW, WINDOW, context);
        synchronized (windows) {
            // bytes from before another thread has mended the pack would stay for ever
            if (mended(window.pack()) == before) {
                windows.put(window, bytes);
            }
        }
        return bytes;
    }

    /** A key of a pack; needs the reader keys. */
    public SecretKeySpec key(Id pack, int index, TransferContext context) throws PluginException {
        @Nullable SecretKeySpec[] opened;
        synchronized (packKeys) {
            opened = packKeys.get(pack);
        }
        if (opened == null) {
            opened = open(pack, context);
            synchronized (packKeys) {
                packKeys.put(pack, opened);
            }
        }
        if (index >= opened.length) {
            throw io.holdfast.core.vault.internal.codec.Decoder.damaged("Pack " + pack, "an entry names no key");
        }
        SecretKeySpec key = opened[index];
        return key != null ? key : open(header(pack, context), index);
    }

    private PackHeader header(Id pack, TransferContext context) throws PluginException {
        byte[] bytes = PackTable.header(pack.hex(), (offset, length) -> range(pack, offset, length, context));
        return PackHeader.parse(pack.hex(), bytes, keys.vaultId());
    }

    private SecretKeySpec open(PackHeader header, int index) throws PluginException {
        PackHeader.SealedKey sealed = header.keys().get(index);
        byte[] key = keys.open("pack", sealed.epoch(), new byte[] {(byte) header.kind()}, sealed.sealed());
        return new SecretKeySpec(key, "AES");
    }

    /** All keys whose epoch is known; a repacked pack may have some of others, which harm nobody. */
    private @Nullable SecretKeySpec[] open(Id pack, TransferContext context) throws PluginException {
        PackHeader header = header(pack, context);
        @Nullable SecretKeySpec[] opened = new SecretKeySpec[header.keys().size()];
        for (int i = 0; i < opened.length; i++) {
            if (keys.canRead(header.keys().get(i).epoch()) || !keys.canRead()) {
                opened[i] = open(header, i);
            }
        }
        return opened;
    }
}
