package io.holdfast.strategy.libvirt.internal;

import java.io.InputStream;

/** A connection to a port of the host. */
interface HostStream extends AutoCloseable {

    /** What comes from there. Reading ends with {@link #close}. */
    InputStream input();

    @Override
    void close();
}
