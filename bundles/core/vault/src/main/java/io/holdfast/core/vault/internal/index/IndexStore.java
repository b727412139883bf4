package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.store.Batch;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The index segments of a destination: which there are, which are believed, and their local copies. */
public final class IndexStore {

    private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);

    private final Objects objects;
    private final KeyRing keys;
    private final String name;
    private final SegmentCache cache;
    private final VaultRuntime runtime;
    private final Map<BackupId, Boolean> fenced = new ConcurrentHashMap<>();

    /** A store that caches in a directory of its own below that of the process. */
    public IndexStore(Objects objects, KeyRing keys, VaultRuntime runtime) {
        this(objects, keys, runtime, keys.vaultIdHex());
    }

    /** The same with the name of that directory: a replica has the keys of another vault, and other segments. */
    public IndexStore(Objects objects, KeyRing keys, VaultRuntime runtime, String name) {
        this.objects = objects;
        this.keys = keys;
        this.name = name;
        this.runtime = runtime;
        this.cache = new SegmentCache(runtime.cacheDirectory().resolve(name).resolve("index"), objects, keys);
    }

    /** What tells this vault apart from others, replicas with the same keys included. */
    public String name() {
        return name;
    }

    /** What a writer may rely on: everything that is listed now, without segments of fenced sessions. */
    public List<Segment> load(TransferContext context) throws PluginException {
        return load(false, context);
    }

    /** What a reader may try: everything that is listed now. */
    public List<Segment> loadAll(TransferContext context) throws PluginException {
        return load(true, context);
    }

    private List<Segment> load(boolean all, TransferContext context) throws PluginException {
        Set<String> before = cache.names();
        List<ObjectStat> listed = objects.list("index/", context);
        @Nullable Segment[] opened = new Segment[listed.size()];
        Batch.run(runtime, "index", opened.length, n -> {
            context.cancellation().throwIfCancelled();
            ObjectStat stat = listed.get(n);
            if (all || usable(stat.key(), context)) {
                opened[n] = open(stat.key(), stat.size(), context).orElse(null);
            }
        });
        listed.forEach(stat -> before.remove(SegmentCache.fileName(stat.key())));
        cache.forget(before);
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : opened) {
            if (segment != null) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** Whether writers believe a segment: not if its session was fenced. */
    public boolean believed(Segment segment, TransferContext context) throws PluginException {
        Optional<BackupId> session = ObjectNames.sessionOfSegment(ObjectKey.of(segment.name()));
        return session.isEmpty() || !fenced(session.get(), false, context);
    }

    private boolean usable(ObjectKey key, TransferContext context) throws PluginException {
        Optional<BackupId> session = ObjectNames.sessionOfSegment(key);
        return session.isEmpty() || !fenced(session.get(), true, context);
    }

    /** @param otherwise what is assumed if its manifest is damaged */
    private boolean fenced(BackupId session, boolean otherwise, TransferContext context) throws PluginException {
        Boolean known = fenced.get(session);
        if (known != null) {
            return known;
        }
        Optional<ManifestCodec.State> state;
        try {
            state = ManifestCodec.state(objects, keys, session, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("What session {} has put is not relied on: {}", session, e.getMessage());
            return otherwise;
        }
        state.ifPresent(s -> fenced.put(session, s == ManifestCodec.State.FENCED));
        return state.isPresent() && state.get() == ManifestCodec.State.FENCED;
    }

    /** One segment; empty if it has gone or is damaged, which only costs duplicates. */
    public Optional<Segment> open(ObjectKey key, long size, TransferContext context) throws PluginException {
        try {
            return Optional.ofNullable(cache.open(key, size, context));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Index segment left out: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Checks the authenticity of a segment. */
    public void check(ObjectKey key, byte[] bytes) throws PluginException {
        if (!Segment.authentic(keys, key, bytes)) {
            throw Decoder.damaged(key.value(), "its authentication code does not match");
        }
        Segment parsed = new Segment(key.value(), bytes);
        if (parsed.entries() < 1) {
            throw Decoder.damaged(key.value(), "it is empty");
        }
    }

    /** Closes what is open of local copies. */
    public void close() {
        cache.close();
    }

    /** Keeps a copy of a segment that this process has made, and opens it. */
    public Segment adopt(ObjectKey key, byte[] bytes) throws PluginException {
        return cache.adopt(key, bytes);
    }
}
