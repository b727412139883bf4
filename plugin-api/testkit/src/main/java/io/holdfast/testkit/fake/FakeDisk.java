package io.holdfast.testkit.fake;

import io.holdfast.spi.source.Extent;
import java.util.ArrayList;
import java.util.List;

/** A disk in memory that knows which of its blocks were written since when. Safe for use from any thread. */
public final class FakeDisk {

    /** The granularity of change tracking in bytes. */
    public static final int BLOCK = 4096;

    private final byte[] content;
    private final long[] writtenAt;
    private long generation;

    FakeDisk(int size) {
        this.content = new byte[size];
        this.writtenAt = new long[(size + BLOCK - 1) / BLOCK];
    }

    private FakeDisk(byte[] content, long[] writtenAt, long generation) {
        this.content = content;
        this.writtenAt = writtenAt;
        this.generation = generation;
    }

    /** The guest writes. */
    public synchronized void write(int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, content, offset, bytes.length);
        for (int block = offset / BLOCK; block * (long) BLOCK < offset + (long) bytes.length; block++) {
            writtenAt[block] = generation + 1;
        }
    }

    /** A copy of the content. */
    public synchronized byte[] content() {
        return content.clone();
    }

    /** The size in bytes. */
    public int size() {
        return content.length;
    }

    /** Everything written from now on is told apart from everything before. */
    synchronized long nextGeneration() {
        return ++generation;
    }

    synchronized FakeDisk copy() {
        return new FakeDisk(content.clone(), writtenAt.clone(), generation);
    }

    synchronized void revertTo(FakeDisk snapshot) {
        System.arraycopy(snapshot.content, 0, content, 0, content.length);
        java.util.Arrays.fill(writtenAt, generation + 1);
    }

    byte[] bytes() {
        return content;
    }

    /** What is known of a range; {@code since} is negative if nothing is compared with. */
    synchronized List<Extent> extents(long offset, long length, long since) {
        List<Extent> extents = new ArrayList<>();
        long end = offset + length;
        for (long at = offset; at < end; ) {
            int block = (int) (at / BLOCK);
            long blockEnd = Math.min(end, (block + 1L) * BLOCK);
            Extent.State state = stateOf(block, since);
            int last = extents.size() - 1;
            if (last >= 0 && extents.get(last).state() == state) {
                Extent grown = extents.get(last);
                extents.set(last, new Extent(grown.offset(), blockEnd - grown.offset(), state));
            } else {
                extents.add(new Extent(at, blockEnd - at, state));
            }
            at = blockEnd;
        }
        return extents;
    }

    private Extent.State stateOf(int block, long since) {
        if (since >= 0 && writtenAt[block] <= since) {
            return Extent.State.UNCHANGED;
        }
        int end = Math.min(content.length, (block + 1) * BLOCK);
        for (int i = block * BLOCK; i < end; i++) {
            if (content[i] != 0) {
                return Extent.State.DATA;
            }
        }
        return Extent.State.ZERO;
    }
}
