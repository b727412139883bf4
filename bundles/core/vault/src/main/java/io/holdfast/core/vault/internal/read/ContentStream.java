package io.holdfast.core.vault.internal.read;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.RandomReadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A range of a content, in order. */
final class ContentStream extends InputStream {

    private final RandomReadable content;
    private final long end;
    private long at;

    ContentStream(RandomReadable content, long start, long end) {
        this.content = content;
        this.at = start;
        this.end = end;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int want = (int) Math.min(length, end - at);
        if (want <= 0) {
            return -1;
        }
        try {
            int n = content.read(at, ByteBuffer.wrap(target, offset, want));
            if (n > 0) {
                at += n;
            }
            return n;
        } catch (PluginException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
