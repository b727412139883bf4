package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.transport.nbd.NbdClient;
import java.nio.ByteBuffer;

/** An image being written through {@code qemu-nbd}; what is never written stays a hole. */
final class ImageTarget implements DiskTarget {

    /** Something that may fail. */
    interface Step {
        void run() throws PluginException;
    }

    private final String name;
    private final NbdClient client;
    private final Cancellation cancellation;
    private final Step whenComplete;
    private final Runnable whenNot;
    private boolean ended;

    ImageTarget(String name, NbdClient client, Cancellation cancellation, Step whenComplete, Runnable whenNot) {
        this.name = name;
        this.client = client;
        this.cancellation = cancellation;
        this.whenComplete = whenComplete;
        this.whenNot = whenNot;
    }

    @Override
    public void write(long offset, ByteBuffer data) throws PluginException {
        cancellation.throwIfCancelled();
        try {
            client.write(offset, data);
        } catch (PluginException e) {
            if (cancellation.isCancelled()) {
                throw new PluginException(ErrorKind.CANCELLED, "cancelled while disk " + name + " was written", e);
            }
            throw new PluginException(e.kind(), "cannot write disk " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void complete() throws PluginException {
        client.flush();
        client.close();
        whenComplete.run();
        ended = true;
    }

    @Override
    public synchronized void close() {
        client.close();
        if (!ended) {
            ended = true;
            whenNot.run();
        }
    }
}
