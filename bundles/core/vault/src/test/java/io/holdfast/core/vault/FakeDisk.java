package io.holdfast.core.vault;

import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A disk in memory with change tracking in blocks of 1 KiB. */
public class FakeDisk implements DiskSource {

    public static final int BLOCK = 1024;

    public final byte[] content;
    public final BitSet changed = new BitSet();
    public final AtomicLong read = new AtomicLong();
    public boolean tracking;

    public FakeDisk(int size) {
        content = new byte[size];
    }

    public void write(int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, content, offset, bytes.length);
        changed.set(offset / BLOCK, (offset + bytes.length - 1) / BLOCK + 1);
    }

    @Override
    public String name() {
        return "vda";
    }

    @Override
    public long size() {
        return content.length;
    }

    private Extent.State state(int block) {
        if (tracking && !changed.get(block)) {
            return Extent.State.UNCHANGED;
        }
        for (int i = block * BLOCK; i < Math.min(content.length, (block + 1) * BLOCK); i++) {
            if (content[i] != 0) {
                return Extent.State.DATA;
            }
        }
        return Extent.State.ZERO;
    }

    @Override
    public RandomReadable open() {
        return new RandomReadable() {
            @Override
            public long size() {
                return content.length;
            }

            @Override
            public List<Extent> extents(long offset, long length) {
                List<Extent> extents = new ArrayList<>();
                long at = offset;
                while (at < offset + length && extents.size() < 10) {
                    Extent.State state = state((int) (at / BLOCK));
                    long end = at;
                    while (end < offset + length && state((int) (end / BLOCK)) == state) {
                        end = Math.min(offset + length, (end / BLOCK + 1) * BLOCK);
                    }
                    extents.add(new Extent(at, end - at, state));
                    at = end;
                }
                return extents;
            }

            @Override
            public int read(long offset, ByteBuffer target) {
                int n = (int) Math.min(target.remaining(), content.length - offset);
                target.put(content, (int) offset, n);
                read.addAndGet(n);
                return n;
            }

            @Override
            public void close() {}
        };
    }
}
