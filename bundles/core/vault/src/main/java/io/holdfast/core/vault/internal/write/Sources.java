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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Exports the sources of a session one after the other, each with all workers. */
final class Sources {

    private static final int MAX_METADATA = 16 << 20;

    private final Export export;
    private final byte[] instance;

    Sources(Export export, byte[] instance) {
        this.export = export;
        this.instance = instance;
    }

    List<Exported> run(List<Source> sources, Map<String, byte[]> metadata) throws PluginException {
        check(sources, metadata);
        List<Exported> all = new ArrayList<>();
        for (Source source : sources) {
            export.progress.step("Reading " + source.name());
            byte[] hash = export.pool.own().hasher.source(instance, source.name());
            if (source instanceof TreeSource tree) {
                all.add(new TreeExport(export, tree, hash).run());
            } else if (source instanceof DiskSource disk) {
                all.add(new DiskExport(export, disk, hash).run());
            } else if (source instanceof StreamSource stream) {
                all.add(new StreamExport(export, stream.name(), hash, false).run(stream.open()));
            } else if (source instanceof ItemSource items) {
                all.add(new ItemExport(export, items, hash).run());
            }
        }
        for (Map.Entry<String, byte[]> document : new TreeMap<>(metadata).entrySet()) {
            byte[] hash = export.pool.own().hasher.source(instance, "document/" + document.getKey());
            all.add(new StreamExport(export, document.getKey(), hash, true)
                    .run(new ByteArrayInputStream(document.getValue())));
        }
        return all;
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
