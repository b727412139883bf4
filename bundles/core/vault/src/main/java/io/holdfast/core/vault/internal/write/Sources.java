package io.holdfast.core.vault.internal.write;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.spi.source.TreeSource;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Exports the sources of a session one after the other, each with all workers; disks that follow each other side by side. */
final class Sources {

    private static final int MAX_METADATA = 16 << 20;
    private static final int DISKS_AT_ONCE = 16;

    private final Export export;
    private final byte[] instance;

    Sources(Export export, byte[] instance) {
        this.export = export;
        this.instance = instance;
    }

    List<Exported> run(List<Source> sources, Map<String, byte[]> metadata) throws PluginException {
        check(sources, metadata);
        List<Exported> all = new ArrayList<>();
        for (int next = 0; next < sources.size(); ) {
            List<DiskSource> disks = disksFrom(sources, next);
            if (disks.isEmpty()) {
                all.add(one(sources.get(next)));
                next++;
            } else {
                all.addAll(disks(disks));
                next += disks.size();
            }
        }
        for (Map.Entry<String, byte[]> document : new TreeMap<>(metadata).entrySet()) {
            byte[] hash = export.pool.own().hasher.source(instance, "document/" + document.getKey());
            all.add(new StreamExport(export, document.getKey(), hash, true)
                    .run(new ByteArrayInputStream(document.getValue())));
        }
        return all;
    }

    private Exported one(Source source) throws PluginException {
        export.progress.step("Reading " + source.name());
        byte[] hash = hash(source);
        if (source instanceof TreeSource tree) {
            return new TreeExport(export, tree, hash).run();
        } else if (source instanceof StreamSource stream) {
            return new StreamExport(export, stream.name(), hash, false).run(stream.open());
        } else if (source instanceof ItemSource items) {
            return new ItemExport(export, items, hash).run();
        }
        throw new PluginException(ErrorKind.UNSUPPORTED, "The source " + source.name() + " is of an unknown kind.");
    }

    private byte[] hash(Source source) {
        return export.pool.own().hasher.source(instance, source.name());
    }

    private static List<DiskSource> disksFrom(List<Source> sources, int first) {
        List<DiskSource> disks = new ArrayList<>();
        for (int i = first; i < sources.size() && sources.get(i) instanceof DiskSource disk; i++) {
            if (disks.size() == DISKS_AT_ONCE) {
                break;
            }
            disks.add(disk);
        }
        return disks;
    }

    /** Reads disks side by side: each in turn hands a range to the workers, so that several are being read at any time. */
    private List<Exported> disks(List<DiskSource> sources) throws PluginException {
        export.progress.step("Reading " + sources.stream().map(Source::name).collect(Collectors.joining(", ")));
        List<DiskExport> disks = new ArrayList<>();
        try {
            for (DiskSource source : sources) {
                DiskExport disk = new DiskExport(export, source, hash(source));
                disks.add(disk);
                disk.open();
            }
            read(new ArrayList<>(disks));
        } catch (PluginException | RuntimeException e) {
            disks.forEach(disk -> close(disk, e));
            throw e;
        }
        for (DiskExport disk : disks) {
            disk.close();
        }
        List<Exported> exported = new ArrayList<>();
        disks.forEach(disk -> exported.add(disk.finish()));
        return exported;
    }

    private void read(List<DiskExport> reading) throws PluginException {
        while (!reading.isEmpty()) {
            for (Iterator<DiskExport> each = reading.iterator(); each.hasNext(); ) {
                if (!each.next().advance()) {
                    each.remove();
                }
            }
        }
        export.pool.drain();
    }

    private static void close(DiskExport disk, Exception because) {
        try {
            disk.close();
        } catch (PluginException e) {
            because.addSuppressed(e);
        }
    }

    private static void check(List<Source> sources, Map<String, byte[]> metadata) throws PluginException {
        Set<String> names = new HashSet<>();
        for (Source source : sources) {
            int length = source.name().length();
            if (length < 1 || length > 255 || !names.add(source.name())) {
                throw new PluginException(
                        ErrorKind.INTERNAL, "Source names must be unique and have 1 to 255 characters.");
            }
        }
        long bytes = metadata.values().stream().mapToLong(b -> b.length).sum();
        if (bytes > MAX_METADATA || metadata.keySet().stream().anyMatch(k -> k.isEmpty() || k.length() > 255)) {
            throw new PluginException(ErrorKind.INTERNAL, "Metadata documents are larger than 16 MiB or misnamed.");
        }
    }
}
