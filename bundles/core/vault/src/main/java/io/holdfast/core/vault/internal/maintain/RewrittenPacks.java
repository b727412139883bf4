package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.lock.ImmutableObjects;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.ParityWriter;
import io.holdfast.core.vault.internal.store.Leftovers;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What a collection rewrites goes back to where it came from, with index segments of the collector. For one thread. */
final class RewrittenPacks implements Repacker.Output {

    private static final String PREFIX = "repack-";
    private static final String SUFFIX = ".pack";

    private final VaultCore core;
    private final TransferContext context;
    private final ParityWriter parity;
    private final ImmutableObjects locks;
    private Optional<Instant> until = Optional.empty();
    private SegmentWriter segment = new SegmentWriter();

    RewrittenPacks(VaultCore core, TransferContext context) {
        this.core = core;
        this.context = context;
        this.parity = new ParityWriter(core);
        this.locks = new ImmutableObjects(core.objects().destination());
        Leftovers.remove(core.runtime().cacheDirectory(), PREFIX, SUFFIX);
    }

    /** What new packs name as their session: random, so that no name of a pack ever comes back after it was deleted. */
    byte[] newSession() {
        byte[] session = new byte[16];
        core.runtime().random().nextBytes(session);
        return session;
    }

    /** From now on new packs are locked as that one is, of which they hold a part. */
    void lockLike(Id pack) throws PluginException {
        try {
            until = locks.until(ObjectNames.pack(pack), context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            until = Optional.empty();
        }
    }

    @Override
    public Path newFile() throws IOException {
        Path directory = core.runtime().cacheDirectory();
        Files.createDirectories(directory);
        return Files.createTempFile(directory, PREFIX, SUFFIX);
    }

    @Override
    public void put(SealedPack pack, Path file) throws PluginException {
        Optional<byte[]> computed = parity.compute(pack.id(), pack.size(), file);
        Content content = Content.of(file, pack.size(), pack.id().toBytes(), false);
        core.objects().destination().put(ObjectNames.pack(pack.id()), content, context);
        boolean withParity = parity.put(pack.id(), computed, context);
        if (until.isPresent()) {
            locks.lock(ObjectNames.pack(pack.id()), until.get(), context);
            if (withParity) {
                locks.lock(ObjectNames.parity(pack.id()), until.get(), context);
            }
        }
        if (!segment.fits(pack)) {
            publish();
        }
        segment.add(pack);
    }

    /** Puts the segments that name the new packs; only then may the old ones be condemned. */
    void publish() throws PluginException {
        if (segment.size() > 0) {
            ObjectKey key = ObjectNames.collectorSegment(segment.hash());
            core.objects().putExclusive(key, segment.encode(core.keys(), 1, key.value()), context);
            segment = new SegmentWriter();
        }
    }
}
