package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;

/** Serves one disk of this node on a unix socket of the host, until it is closed. */
interface DiskService extends AutoCloseable {

    /** Waits until clients can connect for the first time. */
    void awaitListening() throws PluginException;

    /**
     * Says whether clients can connect at present. What was cut off comes back by itself.
     *
     * @throws PluginException why they cannot
     */
    void check() throws PluginException;

    /** No client is served any more when this returns. */
    @Override
    void close();
}
