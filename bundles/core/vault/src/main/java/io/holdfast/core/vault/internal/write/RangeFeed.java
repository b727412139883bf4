package io.holdfast.core.vault.internal.write;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;

/** A range of something readable, in order. */
final class RangeFeed implements Cutter.Feed {

    private final Export export;
    private final RandomReadable content;
    private final long end;
    private long at;

    RangeFeed(Export export, RandomReadable content, long start, long end) {
        this.export = export;
        this.content = content;
        this.at = start;
        this.end = end;
    }

    /** Up to where it was read. */
    long position() {
        return at;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws PluginException {
        int want = (int) Math.min(length, end - at);
        if (want == 0) {
            return -1;
        }
        int n = content.read(at, ByteBuffer.wrap(target, offset, want));
        if (n > 0) {
            at += n;
            export.progress.done(n, 0);
        }
        return n;
    }
}
