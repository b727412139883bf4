package io.holdfast.core.vault.synthetic;

import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A disk whose bytes follow from a seed, half of them random; chunks can be changed, and only these are then said to be. */
final class GeneratedDisk implements DiskSource {

    private static final int BLOCK = 4096;

    private final long seed;
    private final long size;
    private final Map<Long, Integer> changed = new HashMap<>();
    private final boolean tracking;

    GeneratedDisk(long seed, long size) {
        this(seed, size, 0, 0);
    }

    /** The same disk with that many chunks changed. */
    GeneratedDisk(long seed, long size, int changes, int version) {
        this.seed = seed;
        this.size = size;
        this.tracking = changes > 0;
        for (int i = 0; i < changes; i++) {
            changed.put(Math.floorMod(Dimensions.mix(seed + version + i), size / Dimensions.CHUNK), version);
        }
    }

    @Override
    public String name() {
        return "vda";
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public RandomReadable open() {
        return new RandomReadable() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public List<Extent> extents(long offset, long length) {
                List<Extent> extents = new ArrayList<>();
                long at = offset;
                while (at < offset + length && extents.size() < 64) {
                    long end = Math.min(offset + length, (at / Dimensions.CHUNK + 1) * Dimensions.CHUNK);
                    boolean same = tracking && !changed.containsKey(at / Dimensions.CHUNK);
                    extents.add(new Extent(at, end - at, same ? Extent.State.UNCHANGED : Extent.State.DATA));
                    at = end;
                }
                return extents;
            }

            @Override
            public int read(long offset, ByteBuffer target) {
                int done = 0;
                while (target.remaining() >= 8 && offset + done < size) {
                    long at = offset + done;
                    long random =
                            Dimensions.mix(seed + at + ((long) changed.getOrDefault(at / Dimensions.CHUNK, 0) << 40));
                    target.putLong(at % BLOCK < BLOCK / 2 ? random : 0x686f6c6466617374L);
                    done += 8;
                }
                return done;
            }

            @Override
            public void close() {}
        };
    }
}
