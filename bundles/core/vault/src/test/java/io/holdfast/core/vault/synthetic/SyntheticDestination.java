package io.holdfast.core.vault.synthetic;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files in a directory, and data packs of which there are only name and size: they read as zeroes. Counts what it is asked, and
 * answers later if it is told to. A process that writes to it keeps its new packs to itself in the list.
 */
final class SyntheticDestination implements Destination {

    private final Path root;
    private final PackRows rows;
    private final long delayMillis;
    private final ConcurrentSkipListMap<Id, Integer> added = new ConcurrentSkipListMap<>();
    private final Set<Id> deleted = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicLong> asked = new ConcurrentHashMap<>();

    SyntheticDestination(Path root, long delayMillis) throws IOException {
        this.root = root;
        this.delayMillis = delayMillis;
        Path packs = root.resolve("packs.rows");
        if (!Files.exists(packs)) {
            PackRows.write(packs, new ArrayList<>());
        }
        this.rows = PackRows.open(packs);
    }

    /** How often it was asked for what, since the last time. */
    Map<String, Long> asked() {
        Map<String, Long> all = new TreeMap<>();
        asked.forEach((what, n) -> all.put(what, n.getAndSet(0)));
        all.values().removeIf(n -> n == 0);
        return all;
    }

    private void count(String operation, String key) throws PluginException {
        String what = operation + " " + key.replaceFirst("/.*", "");
        asked.computeIfAbsent(what, w -> new AtomicLong()).incrementAndGet();
        if (delayMillis > 0) {
            try {
                Thread.sleep(delayMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorKind.CANCELLED, "interrupted", e);
            }
        }
    }

    private static PluginException failed(IOException e) {
        return e instanceof NoSuchFileException || e instanceof java.io.FileNotFoundException
                ? new PluginException(ErrorKind.NOT_FOUND, "no " + e.getMessage())
                : new PluginException(ErrorKind.UNAVAILABLE, e.toString(), e);
    }

    private Path file(ObjectKey key) {
        return root.resolve("objects").resolve(key.value());
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return EnumSet.of(
                DestinationCapability.EXCLUSIVE_PUT,
                DestinationCapability.LIST_AFTER_WRITE,
                DestinationCapability.RANDOM_ACCESS,
                DestinationCapability.DELETE);
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        count("put", key.value());
        Path target = file(key);
        try {
            Files.createDirectories(target.getParent());
            Path part = Files.createTempFile(root, ".part", "");
            try (InputStream in = content.open()) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            try {
                Files.createLink(target, part);
            } catch (java.nio.file.FileAlreadyExistsException e) {
                throw new PluginException(ErrorKind.ALREADY_EXISTS, key + " exists", e);
            } finally {
                Files.delete(part);
            }
            ObjectNames.packOf(key).ifPresent(pack -> added.put(pack, (int) content.length()));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Optional<ObjectStat> phantom(ObjectKey key) {
        Optional<Id> pack = ObjectNames.packOf(key);
        if (pack.isEmpty() || deleted.contains(pack.get())) {
            return Optional.empty();
        }
        int row = rows.from(pack.get());
        return row < rows.count() && rows.row(row).pack().equals(pack.get())
                ? Optional.of(new ObjectStat(key, rows.row(row).size()))
                : Optional.empty();
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        count("read", key.value());
        try {
            FileInputStream in = new FileInputStream(file(key).toFile());
            in.getChannel().position(offset);
            return new FilterInputStream(in) {
                private long left = length;

                @Override
                public int read() throws IOException {
                    int one = left > 0 ? super.read() : -1;
                    left--;
                    return one;
                }

                @Override
                public int read(byte[] target, int at, int count) throws IOException {
                    int n = left > 0 ? super.read(target, at, (int) Math.min(count, left)) : -1;
                    left -= Math.max(0, n);
                    return n;
                }
            };
        } catch (IOException e) {
            Optional<ObjectStat> pack = phantom(key);
            if (pack.isPresent()) {
                return new ByteArrayInputStream(
                        new byte[(int) Math.max(0, Math.min(length, pack.get().size() - offset))]);
            }
            throw failed(e);
        }
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        count("stat", key.value());
        try {
            return Files.exists(file(key)) ? Optional.of(new ObjectStat(key, Files.size(file(key)))) : phantom(key);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        count("list", prefix);
        List<ObjectStat> page = new ArrayList<>();
        if (prefix.equals("packs/")) {
            packs(after, limit, page);
            return page;
        }
        try {
            Path folder = root.resolve("objects").resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
            walk(folder, prefix, after, limit, page);
            return page;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void packs(@Nullable ObjectKey after, int limit, List<ObjectStat> page) {
        Optional<Id> last = Optional.ofNullable(after).flatMap(ObjectNames::packOf);
        int row = last.map(id -> rows.from(id)).orElse(0);
        if (last.isPresent() && row < rows.count() && rows.row(row).pack().equals(last.get())) {
            row++;
        }
        var rest = last.isPresent() ? added.tailMap(last.get(), false) : added;
        var more = rest.entrySet().iterator();
        Map.Entry<Id, Integer> next = more.hasNext() ? more.next() : null;
        while (page.size() < limit && (row < rows.count() || next != null)) {
            PackRows.Row present = row < rows.count() ? rows.row(row) : null;
            boolean old = next == null || present != null && present.pack().compareTo(next.getKey()) < 0;
            Id pack = old ? present.pack() : next.getKey();
            int size = old ? present.size() : next.getValue();
            if (old) {
                row++;
            } else {
                next = more.hasNext() ? more.next() : null;
            }
            if (!deleted.contains(pack)) {
                page.add(new ObjectStat(ObjectNames.pack(pack), size));
            }
        }
    }

    /** In the order of keys: no name in a synthetic vault begins with the name of a folder beside it. */
    private void walk(Path folder, String prefix, @Nullable ObjectKey after, int limit, List<ObjectStat> page)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> children;
        try (Stream<Path> all = Files.list(folder)) {
            children = all.sorted().toList();
        }
        for (Path child : children) {
            String key = root.resolve("objects").relativize(child).toString();
            if (page.size() >= limit) {
                return;
            }
            boolean before = after != null && key.compareTo(after.value()) <= 0;
            if (Files.isDirectory(child)) {
                if (!before || after.value().startsWith(key + "/")) {
                    walk(child, prefix, after, limit, page);
                }
            } else if (!before && key.startsWith(prefix)) {
                page.add(new ObjectStat(ObjectKey.of(key), Files.size(child)));
            }
        }
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        count("delete", key.value());
        try {
            Files.deleteIfExists(file(key));
            ObjectNames.packOf(key).ifPresent(pack -> {
                added.remove(pack);
                deleted.add(pack);
            });
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public Capacity capacity(TransferContext context) {
        return Capacity.unknown();
    }

    @Override
    public void close() {}
}
