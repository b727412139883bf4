package io.holdfast.transport.nbd.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes in both directions. One thread reads while another one writes. Closing wakes both. */
public interface Link extends Closeable {

    /** Reads at least one byte, waiting for it; -1 at the end. The buffer has room. */
    int read(ByteBuffer into) throws IOException;

    /** Sends all of the buffers. One caller at a time. */
    void write(ByteBuffer... buffers) throws IOException;

    /** Does not fail and does not wait. */
    @Override
    void close();
}
