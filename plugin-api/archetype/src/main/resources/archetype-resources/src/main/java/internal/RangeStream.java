package ${package}.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A part of an object; reports what is read and stops when cancelled. */
final class RangeStream extends InputStream {

    private final ByteArrayInputStream bytes;
    private final TransferContext context;

    RangeStream(byte[] object, int start, int count, TransferContext context) {
        this.bytes = new ByteArrayInputStream(object, start, count);
        this.context = context;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            context.cancellation().throwIfCancelled();
        } catch (PluginException e) {
            throw new IOException(e.getMessage(), e);
        }
        int n = bytes.read(target, offset, length);
        context.transferred(Math.max(n, 0));
        return n;
    }
}
