package io.holdfast.transport.nbd.server;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An array as an export; blocks of 4 KiB that are zero are holes. */
final class MemoryExport implements NbdExport {

    private static final int BLOCK = 4096;

    final byte[] bytes;
    final AtomicInteger flushes = new AtomicInteger();
    volatile ErrorKind failing;
    private final boolean writable;

    MemoryExport(byte[] bytes, boolean writable) {
        this.bytes = bytes;
        this.writable = writable;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    private void check() throws PluginException {
        if (failing != null) {
            throw new PluginException(failing, "as the test wants it");
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws PluginException {
        check();
        into.put(bytes, (int) offset, into.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer from) throws PluginException {
        check();
        from.get(bytes, (int) offset, from.remaining());
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole) throws PluginException {
        check();
        Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
    }

    @Override
    public void flush() throws PluginException {
        check();
        flushes.incrementAndGet();
    }

    @Override
    public List<NbdExtent> extents(long offset, long length) {
        var extents = new ArrayList<NbdExtent>();
        for (long at = offset; at < offset + length; ) {
            long end = Math.min(offset + length, at - at % BLOCK + BLOCK);
            boolean zero = true;
            for (long i = at; i < end && zero; i++) {
                zero = bytes[(int) i] == 0;
            }
            extents.add(new NbdExtent(at, end - at, zero ? 3 : 0));
            at = end;
        }
        return extents;
    }
}
