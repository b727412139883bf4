package io.holdfast.core.vault;

import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Takes a restored tree in memory. */
public class FakeTarget implements TreeTarget {

    public final List<TreeEntry> entries = Collections.synchronizedList(new ArrayList<>());
    public final Map<EntryPath, byte[]> files = Collections.synchronizedMap(new TreeMap<>());
    public final AtomicLong written = new AtomicLong();
    public boolean completed;

    @Override
    public boolean add(TreeEntry entry) {
        entries.add(entry);
        return true;
    }

    @Override
    public Optional<DiskTarget> openFile(TreeEntry entry) {
        entries.add(entry);
        byte[] content = new byte[(int) entry.attributes().size()];
        return Optional.of(disk(content, () -> files.put(entry.path(), content)));
    }

    public DiskTarget disk(byte[] content, Runnable done) {
        return new DiskTarget() {
            @Override
            public void write(long offset, ByteBuffer data) {
                written.addAndGet(data.remaining());
                int n = data.remaining();
                data.get(content, (int) offset, n);
            }

            @Override
            public void complete() {
                done.run();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void complete() {
        completed = true;
    }

    @Override
    public void close() {}
}
