package io.holdfast.core.vault.internal.parity;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts parity beside packs that are on the destination. That it cannot be put harms nothing. Safe for use from any thread. */
public final class ParityWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ParityWriter.class);

    private final VaultCore core;

    /** A writer for that vault, of as much parity as it is to have. */
    public ParityWriter(VaultCore core) {
        this.core = core;
    }

    /**
     * The parity of a pack that lies in a file: before the pack is put, since that may move the file away.
     *
     * @return empty if the vault is to have none, or if the file cannot be read, which who puts it will notice
     */
    public Optional<byte[]> compute(Id pack, int size, Path file) {
        if (!core.redundancy().any()) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return Optional.of(encode(pack, size, BlockSource.of(channel)));
        } catch (IOException e) {
            LOG.warn("No parity for pack {}: {}", pack, e.getMessage());
            return Optional.empty();
        }
    }

    /** Computes and puts the parity of a pack in memory, which is on the destination. */
    public boolean put(Id pack, byte[] bytes, TransferContext context) throws PluginException {
        if (!core.redundancy().any()) {
            return false;
        }
        try {
            return put(pack, Optional.of(encode(pack, bytes.length, BlockSource.of(bytes))), context);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private byte[] encode(Id pack, int size, BlockSource source) throws IOException {
        return ParityObject.encode(
                core.keys(), pack, size, source, core.redundancy().percent());
    }

    /**
     * Puts what was computed, after its pack.
     *
     * @return whether the pack has parity now
     */
    public boolean put(Id pack, Optional<byte[]> parity, TransferContext context) throws PluginException {
        if (parity.isEmpty()) {
            return false;
        }
        try {
            core.objects().destination().put(ObjectNames.parity(pack), Content.of(parity.get()), context);
            return true;
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.CANCELLED) {
                throw e;
            }
            if (e.kind() != ErrorKind.ALREADY_EXISTS) {
                LOG.warn("No parity for pack {}; a verification adds it: {}", pack, e.getMessage());
            }
            return e.kind() == ErrorKind.ALREADY_EXISTS;
        }
    }
}
