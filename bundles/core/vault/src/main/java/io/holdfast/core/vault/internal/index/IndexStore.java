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
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index segments of a destination and their local copies. The cache may be lost or shared by processes at any time:
 * a copy is complete when it has its name.
 */
public final class IndexStore {

    private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);

    private static final int PORTION = 64 << 10;

    private final Objects objects;
    private final KeyRing keys;
    private final String name;
    private final Path directory;
    private final VaultRuntime runtime;
    private final Map<BackupId, Boolean> fenced = new ConcurrentHashMap<>();
    /** Copies that are mapped; sessions share them. */
    private final Map<String, ByteBuffer> mapped = new ConcurrentHashMap<>();

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
        this.directory = runtime.cacheDirectory().resolve(name).resolve("index");
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
        Set<String> before = copies();
        List<ObjectStat> listed = objects.list("index/", context);
        @Nullable Segment[] opened = new Segment[listed.size()];
        Batch.run(runtime, "index", opened.length, n -> {
            context.cancellation().throwIfCancelled();
            ObjectStat stat = listed.get(n);
            if (all || usable(stat.key(), context)) {
                opened[n] = open(stat.key(), stat.size(), context).orElse(null);
            }
        });
        listed.forEach(stat -> before.remove(fileName(stat.key())));
        forget(before);
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : opened) {
            if (segment != null) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static String fileName(ObjectKey key) {
        return key.value().substring("index/".length());
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
        Path file = directory.resolve(fileName(key));
        try {
            ByteBuffer known = mapped.get(fileName(key));
            if (known == null || known.limit() != size) {
                known = copy(file, size);
            }
            if (known == null) {
                known = fetch(key, file, context);
            }
            if (known == null) {
                return Optional.empty();
            }
            return Optional.of(new Segment(key.value(), known));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Index segment left out: {}", e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.QUOTA, "The vault cache " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Makes a copy, in small portions since segments are large and many come at once; null if the segment has gone. */
    private @Nullable ByteBuffer fetch(ObjectKey key, Path file, TransferContext context)
            throws PluginException, IOException {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".", ".part");
        try (InputStream in = objects.destination().read(key, 0, Segment.MAX_LENGTH + 1L, context)) {
            boolean authentic;
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                authentic = copy(in, channel, new Tail(keys.objectMac("", key.value())));
                channel.force(true);
            }
            if (!authentic) {
                throw Decoder.damaged(key.value(), "its authentication code does not match");
            }
            ByteBuffer bytes = map(part);
            new Segment(key.value(), bytes);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            mapped.put(fileName(key), bytes);
            return bytes;
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return null;
            }
            throw e;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static boolean copy(InputStream in, FileChannel channel, Tail tail) throws PluginException, IOException {
        byte[] portion = new byte[PORTION];
        while (true) {
            int n;
            try {
                n = in.read(portion);
            } catch (IOException e) {
                throw Objects.translate("read an index segment", e);
            }
            if (n < 0) {
                return tail.matches();
            }
            tail.add(portion, n);
            write(channel, ByteBuffer.wrap(portion, 0, n));
        }
    }

    /** A MAC over a stream, which stands at its end. */
    private static final class Tail {
        private final Mac mac;
        private final byte[] last = new byte[Segment.MAC_LENGTH];
        private int held;

        Tail(Mac mac) {
            this.mac = mac;
        }

        void add(byte[] bytes, int length) {
            int keep = Math.min(last.length, held + length);
            int passed = held + length - keep;
            int ofHeld = Math.min(held, passed);
            mac.update(last, 0, ofHeld);
            mac.update(bytes, 0, passed - ofHeld);
            System.arraycopy(last, ofHeld, last, 0, held - ofHeld);
            int fromBytes = keep - (held - ofHeld);
            System.arraycopy(bytes, length - fromBytes, last, held - ofHeld, fromBytes);
            held = keep;
        }

        boolean matches() {
            return held == last.length && MessageDigest.isEqual(mac.doFinal(), last);
        }
    }

    /** A copy of that length; null if there is none. */
    private @Nullable ByteBuffer copy(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() != size) {
                return null;
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
            mapped.put(file.getFileName().toString(), bytes);
            return bytes;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Checks the authenticity of a segment. */
    public void check(ObjectKey key, byte[] bytes) throws PluginException {
        if (!Segment.authentic(keys, key, bytes)) {
            throw Decoder.damaged(key.value(), "its authentication code does not match");
        }
        Segment parsed = new Segment(key.value(), ByteBuffer.wrap(bytes));
        if (parsed.entries() < 1) {
            throw Decoder.damaged(key.value(), "it is empty");
        }
    }

    /** Keeps a copy of a segment that this process has made, and opens it. */
    public Segment adopt(ObjectKey key, byte[] bytes) throws PluginException {
        try {
            Path file = directory.resolve(fileName(key));
            keep(file, bytes);
            ByteBuffer copy = copy(file, bytes.length);
            return new Segment(key.value(), copy == null ? ByteBuffer.wrap(bytes) : copy);
        } catch (IOException e) {
            LOG.debug("Vault cache not writable, segment kept in memory", e);
            return new Segment(key.value(), ByteBuffer.wrap(bytes));
        }
    }

    private void keep(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".", ".part");
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            for (int at = 0; at < bytes.length; at += PORTION) {
                write(channel, ByteBuffer.wrap(bytes, at, Math.min(PORTION, bytes.length - at)));
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(FileChannel channel, ByteBuffer portion) throws IOException {
        while (portion.hasRemaining()) {
            channel.write(portion);
        }
    }

    private static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /** Names of the copies, unfinished ones left out. */
    private Set<String> copies() {
        Set<String> names = new HashSet<>(mapped.keySet());
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> !name.startsWith("."))
                        .forEach(names::add);
            } catch (IOException e) {
                LOG.debug("The copies of index segments cannot be listed", e);
            }
        }
        return names;
    }

    /** Copies of what is no more. */
    private void forget(Set<String> names) {
        for (String name : names) {
            mapped.remove(name);
            try {
                Files.deleteIfExists(directory.resolve(name));
            } catch (IOException e) {
                LOG.debug("An old copy of an index segment stays in the cache", e);
            }
        }
    }
}
