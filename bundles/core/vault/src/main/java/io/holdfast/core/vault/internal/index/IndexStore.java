package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index segments of a destination and their local copies. The cache may be lost or shared by processes at any time:
 * a copy is complete when it has its name.
 */
public final class IndexStore {

    private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);

    private final Objects objects;
    private final KeyRing keys;
    private final Path directory;
    private final Map<BackupId, Boolean> fenced = new HashMap<>();

    /** A store that caches in a directory of its own below this one. */
    public IndexStore(Objects objects, KeyRing keys, Path cacheDirectory) {
        this.objects = objects;
        this.keys = keys;
        this.directory = cacheDirectory.resolve(keys.vaultIdHex()).resolve("index");
    }

    /** What a writer may rely on: everything that is listed now, without segments of fenced sessions. */
    public List<Segment> load(TransferContext context) throws PluginException {
        return load(false, context);
    }

    /** What a reader may try: everything that is listed now. */
    public List<Segment> loadAll(TransferContext context) throws PluginException {
        return load(true, context);
    }

    private synchronized List<Segment> load(boolean all, TransferContext context) throws PluginException {
        List<Segment> segments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ObjectStat stat : objects.list("index/", context)) {
            names.add(fileName(stat.key()));
            if (all || usable(stat.key(), context)) {
                open(stat.key(), stat.size(), context).ifPresent(segments::add);
            }
        }
        forgetOthers(names);
        return segments;
    }

    private static String fileName(ObjectKey key) {
        return key.value().substring("index/".length());
    }

    /** Whether writers believe a segment: not if its session was fenced. */
    public synchronized boolean believed(Segment segment, TransferContext context) throws PluginException {
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
            if (!Files.isRegularFile(file) || Files.size(file) != size) {
                Optional<byte[]> bytes = objects.find(key, Segment.MAX_LENGTH, context);
                if (bytes.isEmpty()) {
                    return Optional.empty();
                }
                check(key, bytes.get());
                keep(file, bytes.get());
            }
            return Optional.of(new Segment(key.value(), map(file)));
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
            return new Segment(key.value(), map(file));
        } catch (IOException e) {
            LOG.debug("Vault cache not writable, segment kept in memory", e);
            return new Segment(key.value(), ByteBuffer.wrap(bytes));
        }
    }

    private void keep(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".", ".part");
        try (FileChannel channel = FileChannel.open(part, java.nio.file.StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    private void forgetOthers(Set<String> names) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!names.contains(name) && !name.startsWith(".")) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.debug("Old copies of index segments stay in the cache", e);
        }
    }
}
