package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.ArrayDeque;

/** The requests that one call has become. */
final class Batch {

    private final Wire wire;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();

    Batch(Wire wire) {
        this.wire = wire;
    }

    /** Sends one more; after a failure the earlier ones are given up, so that their buffers are the caller's again. */
    void add(Request request) throws PluginException {
        try {
            wire.submit(request);
            requests.add(request);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (PluginException e) {
            requests.forEach(Request::abandon);
            throw e;
        }
    }

    /** Waits for all of them. */
    void await() throws PluginException {
        try {
            while (!requests.isEmpty()) {
                requests.element().await();
                requests.remove();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            requests.forEach(Request::abandon);
        }
    }

    private PluginException interrupted() {
        requests.forEach(Request::abandon);
        Thread.currentThread().interrupt();
        return new PluginException(ErrorKind.CANCELLED, "Interrupted while waiting for the NBD server");
    }
}
