package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;

/** The packs that are being filled. Several data packs at once, so that writing them is not the business of one thread. */
final class PackSink implements AutoCloseable {

    private static final byte[] NONE = new byte[0];

    private final Staging staging;
    private final Sealers sealers;
    private final PackSlot[] data;
    private final PackSlot meta;

    PackSink(VaultCore core, byte[] session, Staging staging) {
        this.staging = staging;
        this.data = new PackSlot[1 + core.runtime().workers() / 4];
        this.sealers = new Sealers(1 + data.length);
        for (int i = 0; i < data.length; i++) {
            data[i] = new PackSlot(core, session, staging, sealers, PackFormat.DATA);
        }
        this.meta = new PackSlot(core, session, staging, sealers, PackFormat.META);
    }

    /** Appends a chunk. */
    void data(int flags, Id id, byte[] payload, int from, int length, int raw) throws PluginException {
        staging.awaitRoom(); // before a place in a pack is taken: who waits for room holds up nobody
        leastBusy().append(PackFormat.CHUNK, flags, id, NONE, payload, from, length, raw);
    }

    private PackSlot leastBusy() {
        PackSlot least = data[0];
        for (PackSlot slot : data) {
            if (slot.busy() < least.busy()) {
                least = slot;
            }
        }
        return least;
    }

    /** Appends a block. */
    void meta(int type, int flags, Id id, byte[] refs, byte[] payload, int length, int raw) throws PluginException {
        staging.awaitRoom();
        meta.append(type, flags, id, refs, payload, 0, length, raw);
    }

    /** Seals what is open. Nothing may be appended at the same time. */
    void finish() throws PluginException {
        for (PackSlot slot : data) {
            slot.seal();
        }
        meta.seal();
    }

    @Override
    public void close() throws PluginException {
        for (PackSlot slot : data) {
            slot.drop();
        }
        meta.drop();
    }
}
