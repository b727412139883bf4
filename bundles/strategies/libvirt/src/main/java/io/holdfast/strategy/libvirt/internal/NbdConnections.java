package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The connections of a session; a cancellation ends them, so that nobody waits for an answer in vain. */
final class NbdConnections implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final Host host;
    private final List<NbdClient> open = new CopyOnWriteArrayList<>();
    private final Cancellation cancellation;
    private final Cancellation.Registration registration;

    NbdConnections(Host host, Cancellation cancellation) {
        this.host = host;
        this.cancellation = cancellation;
        this.registration = cancellation.onCancel(this::closeAll);
    }

    NbdClient connect(String socket, String export, String... contexts) throws PluginException {
        cancellation.throwIfCancelled();
        NbdClient client = host.nbd(
                socket,
                NbdConnectOptions.forExport(export).withContexts(contexts).withRequestTimeout(LIMIT));
        open.add(client);
        if (cancellation.isCancelled()) {
            closeAll();
        }
        return client;
    }

    void close(NbdClient client) {
        client.close();
        open.remove(client);
    }

    private void closeAll() {
        for (NbdClient client : open) {
            client.close();
            open.remove(client);
        }
    }

    @Override
    public void close() {
        registration.close();
        closeAll();
    }
}
