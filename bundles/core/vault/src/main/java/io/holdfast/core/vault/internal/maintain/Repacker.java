package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackHeader;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.ParityWriter;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Copies the needed entries of partly dead packs, sealed as they are, into new packs. For one thread. */
final class Repacker {

    private final VaultCore core;
    private final Needs needs;
    private final ParityWriter parity;
    private final List<Copy> batch = new ArrayList<>();
    private SegmentWriter segment = new SegmentWriter();
    private final List<Id> copied = new ArrayList<>();
    private int kind;
    private final byte[] session = new byte[16];
    private long bytes;

    /** Says what is copied. */
    interface Needs {
        /** Whether this place of an entry is the one that is to be copied. */
        boolean needs(Id entry, Id pack) throws PluginException;
    }

    private record Copy(PackHeader header, byte[] pack, List<PackEntry> entries) {}

    Repacker(VaultCore core, Needs needs) {
        this.core = core;
        this.needs = needs;
        this.parity = new ParityWriter(core);
        // Random, so that no name of a pack ever comes back after it was deleted.
        core.runtime().random().nextBytes(session);
    }

    /** Copies what is needed of these packs; those that are damaged are left. Returns what was copied. */
    List<Id> run(List<Id> packs, int packKind, TransferContext context) throws PluginException {
        kind = packKind;
        List<Id> pending = new ArrayList<>();
        for (Id pack : packs) {
            context.cancellation().throwIfCancelled();
            if (load(pack, context)) {
                pending.add(pack);
            }
            if (full()) {
                flush(context);
                copied.addAll(pending);
                pending.clear();
            }
        }
        flush(context);
        copied.addAll(pending);
        return copied;
    }

    private boolean full() {
        return bytes >= core.options().packBytes();
    }

    /** Copies what is needed of one pack, whose whole bytes are these, and has it arrive. */
    void copy(Id pack, byte[] whole, int packKind, TransferContext context) throws PluginException {
        kind = packKind;
        add(pack, whole);
        flush(context);
    }

    private boolean load(Id id, TransferContext context) throws PluginException {
        byte[] pack = core.objects().salvage(ObjectNames.pack(id), 0, PackFormat.MAX_PACK, context);
        if (!Id.of(Digests.sha256().digest(pack)).equals(id)) {
            return false;
        }
        add(id, pack);
        return true;
    }

    private void add(Id id, byte[] pack) throws PluginException {
        SealedPack table = PackTable.of(core.keys(), id, pack);
        List<PackEntry> needed = new ArrayList<>();
        for (PackEntry entry : table.entries()) {
            if (needs.needs(entry.id(), id)) {
                needed.add(entry);
                bytes += entry.length();
            }
        }
        batch.add(new Copy(PackHeader.parse(id.hex(), pack, core.keys().vaultId()), pack, needed));
    }

    private void flush(TransferContext context) throws PluginException {
        List<PackHeader.SealedKey> keys = new ArrayList<>();
        batch.forEach(copy -> keys.addAll(copy.header().keys()));
        if (bytes > 0) {
            try {
                Path directory = core.runtime().cacheDirectory();
                Files.createDirectories(directory);
                Path file = Files.createTempFile(directory, "repack-", ".pack");
                try {
                    write(new PackHeader(kind, session, keys), file, context);
                } finally {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new PluginException(ErrorKind.QUOTA, "The vault cache cannot be written: " + e.getMessage(), e);
            }
        }
        batch.clear();
        bytes = 0;
    }

    private void write(PackHeader header, Path file, TransferContext context) throws PluginException {
        try (PackBuilder builder = PackBuilder.forCopies(core.keys(), header, file)) {
            int firstKey = 0;
            for (Copy copy : batch) {
                for (PackEntry entry : copy.entries()) {
                    EntryHeader head = EntryReader.header(copy.pack(), entry.offset(), entry.length(), entry.id());
                    builder.copy(head, firstKey + head.keyIndex(), copy.pack(), entry.offset());
                }
                firstKey += copy.header().keys().size();
            }
            SealedPack pack = builder.seal();
            Optional<byte[]> computed = parity.compute(pack.id(), pack.size(), file);
            ObjectKey key = ObjectNames.pack(pack.id());
            core.objects()
                    .destination()
                    .put(key, Content.of(file, pack.size(), pack.id().toBytes(), false), context);
            parity.put(pack.id(), computed, context);
            if (!segment.fits(pack)) {
                publish(context);
            }
            segment.add(pack);
        }
    }

    /** Puts the segments that name the new packs; only then may the old ones be condemned. */
    void publish(TransferContext context) throws PluginException {
        if (segment.size() > 0) {
            ObjectKey key = ObjectNames.collectorSegment(segment.hash());
            core.objects().putExclusive(key, segment.encode(core.keys(), 1, key.value()), context);
            segment = new SegmentWriter();
        }
    }
}
