package io.holdfast.sample.strategy.generated.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A disk that is computed while it is read; it says which blocks are zero, and which are as they were on an earlier day. */
final class GeneratedDisk implements DiskSource, RandomReadable {

    /** Longer answers would take longer than a cancellation may. */
    private static final int MAX_EXTENTS = 10_000;

    private final Generator generator;
    private final long size;
    private final long today;
    private final OptionalLong since;
    private final Cancellation cancellation;

    GeneratedDisk(Generator generator, long size, long today, OptionalLong since, Cancellation cancellation) {
        this.generator = generator;
        this.size = size;
        this.today = today;
        this.since = since;
        this.cancellation = cancellation;
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int granularity() {
        return Generator.BLOCK;
    }

    @Override
    public RandomReadable open() {
        return this;
    }

    @Override
    public List<Extent> extents(long offset, long length) throws PluginException {
        cancellation.throwIfCancelled();
        List<Extent> extents = new ArrayList<>();
        long end = offset + length;
        long start = offset;
        long at = offset;
        Extent.State state = stateOf(at / Generator.BLOCK);
        while (at < end && extents.size() < MAX_EXTENTS) {
            Extent.State here = stateOf(at / Generator.BLOCK);
            if (here != state) {
                extents.add(new Extent(start, at - start, state));
                start = at;
                state = here;
            }
            at = Math.min(end, (at / Generator.BLOCK + 1) * Generator.BLOCK);
        }
        if (at > start) {
            extents.add(new Extent(start, at - start, state));
        }
        return extents;
    }

    private Extent.State stateOf(long block) {
        if (since.isPresent() && generator.version(block, since.getAsLong()) == generator.version(block, today)) {
            return Extent.State.UNCHANGED;
        }
        return generator.isZero(block) ? Extent.State.ZERO : Extent.State.DATA;
    }

    @Override
    public int read(long offset, ByteBuffer target) throws PluginException {
        cancellation.throwIfCancelled();
        if (offset >= size) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), size - offset);
        int limit = target.limit();
        target.limit(target.position() + count);
        generator.fill(offset, target, today);
        target.limit(limit);
        return count;
    }

    @Override
    public void close() {}
}
