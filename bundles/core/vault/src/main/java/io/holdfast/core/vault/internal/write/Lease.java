package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.Ticker;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.Envelope;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows on the destination that a session lives. A renewal that fails is tried again at the next one. */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final VaultCore core;
    private final BackupId session;
    private final Contexts.Switch end = new Contexts.Switch();
    private final Ticker.Beat beat;
    private int number;

    /** Puts the first lease and starts to renew it. */
    Lease(VaultCore core, BackupId session, TransferContext context) throws PluginException {
        this.core = core;
        this.session = session;
        if (!put(0, context)) {
            throw new PluginException(ErrorKind.CONFLICT, "The session " + session + " exists already; start again.");
        }
        beat = core.ticker()
                .every(core.runtime().leaseRenewal(), "holdfast-vault-lease-" + session.session(), this::renew);
    }

    private boolean put(int next, TransferContext context) throws PluginException {
        ObjectKey key = ObjectNames.lease(session, next);
        byte[] body = new Encoder().u32(next).toBytes();
        return core.objects().putExclusive(key, Envelope.wrap(core.keys(), Envelope.LEASE, key, body), context);
    }

    private void renew() {
        if (end.isCancelled()) {
            return;
        }
        try {
            put(++number, Contexts.of(end));
        } catch (PluginException e) {
            LOG.debug("Lease of session {} was not renewed this time: {}", session, e.getMessage());
        }
    }

    @Override
    public void close() {
        end.cancel();
        beat.close();
    }
}
