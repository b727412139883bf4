package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backup of small disks in memory, as a vault would keep it. */
record KeptBackup(
        InstanceDescription instance,
        Map<String, byte[]> documents,
        Map<String, byte[]> disks,
        Optional<ChangeToken> token,
        long read) {

    /** What a vault cuts disks into, or less. */
    private static final int CHUNK = 256 << 10;

    /** Reads a session to its end and commits it. What is unchanged comes from the backup before. */
    static KeptBackup of(InstanceDescription instance, ExportSession session, @Nullable KeptBackup before)
            throws PluginException {
        Map<String, byte[]> disks = new LinkedHashMap<>();
        long read = 0;
        Map<String, byte[]> documents = session.metadata();
        for (Source source : session.sources()) {
            DiskSource disk = (DiskSource) source;
            byte[] content = new byte[(int) disk.size()];
            try (RandomReadable reading = disk.open()) {
                for (long at = 0; at < disk.size(); ) {
                    for (Extent extent : reading.extents(at, disk.size() - at)) {
                        if (extent.state() == Extent.State.DATA) {
                            read += extent.length();
                            read(reading, extent, content);
                        } else if (extent.state() == Extent.State.UNCHANGED && before != null) {
                            System.arraycopy(
                                    before.disks().get(disk.name()),
                                    (int) extent.offset(),
                                    content,
                                    (int) extent.offset(),
                                    (int) extent.length());
                        }
                        at = extent.end();
                    }
                }
            }
            disks.put(disk.name(), content);
        }
        session.readingDone();
        Optional<ChangeToken> token = session.nextToken();
        session.committed();
        return new KeptBackup(instance, documents, disks, token, read);
    }

    private static void read(RandomReadable reading, Extent extent, byte[] content) throws PluginException {
        ByteBuffer into = ByteBuffer.wrap(content, (int) extent.offset(), (int) extent.length());
        for (long at = extent.offset(); into.hasRemaining(); ) {
            at += reading.read(at, into);
        }
    }

    ImportRequest request(Settings settings) {
        return new ImportRequest(instance, documents, settings, List.of());
    }

    /** Writes everything but zeroes. */
    void writeTo(ImportSession session) throws PluginException {
        for (Map.Entry<String, byte[]> disk : disks.entrySet()) {
            try (DiskTarget target = session.openDisk(disk.getKey(), disk.getValue().length)) {
                write(disk.getValue(), target, disk.getValue().length);
                target.complete();
            }
        }
    }

    /** Writes the beginning of a disk. */
    static void write(byte[] content, DiskTarget target, int limit) throws PluginException {
        ByteBuffer zeroes = ByteBuffer.allocate(CHUNK);
        for (int at = 0; at < limit; at += CHUNK) {
            int length = Math.min(CHUNK, content.length - at);
            ByteBuffer chunk = ByteBuffer.wrap(content, at, length);
            if (!chunk.equals(zeroes.slice(0, length))) {
                target.write(at, chunk);
            }
        }
    }
}
