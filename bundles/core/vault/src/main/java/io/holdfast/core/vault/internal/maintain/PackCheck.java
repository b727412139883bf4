package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.VerifyReport.State;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.List;
import java.util.Optional;

/** Reads one pack after the other. For one thread. */
final class PackCheck implements AutoCloseable {

    private static final byte[] NONE = new byte[0];

    private final VaultCore core;
    private final boolean content;
    private final TransferContext context;
    private final EntryReader entries;
    private final PackReader packs;
    private byte[] last = NONE;

    /** What is wrong with a pack. */
    record Verdict(State state, String message) {}

    PackCheck(VaultCore core, boolean content, TransferContext context) throws PluginException {
        this.core = core;
        this.content = content;
        this.context = context;
        this.entries = new EntryReader(core.keys());
        this.packs = new PackReader(core.objects(), core.keys());
    }

    /** The pack that was found to be good last. */
    byte[] last() {
        return last;
    }

    /** What is wrong; empty if nothing is. */
    Optional<Verdict> check(Id pack, int size) throws PluginException {
        byte[] bytes;
        last = NONE;
        try {
            bytes = core.objects().salvage(ObjectNames.pack(pack), 0, PackFormat.MAX_PACK, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            return Optional.of(new Verdict(State.MISSING, "The pack is not there."));
        }
        if (Id.of(Digests.sha256().digest(bytes)).equals(pack)) {
            last = bytes;
            return content ? content(pack, bytes) : Optional.empty();
        }
        return Optional.of(verdict(pack, bytes, size));
    }

    private Verdict verdict(Id pack, byte[] bytes, int size) {
        Optional<SealedPack> table = table(pack, bytes);
        List<PackEntry> good = PackTable.scan(bytes);
        if (table.isPresent() && good.size() == table.get().entries().size()) {
            return new Verdict(State.SWAPPED, "Another pack lies under its name.");
        }
        String rest = " " + good.size() + " entries are still intact.";
        if (bytes.length != size || !PackTable.hasEnd(bytes)) {
            String what = bytes.length == size
                    ? "Its end is not there any more."
                    : "It has " + bytes.length + " bytes instead of " + size + ".";
            return new Verdict(State.TRUNCATED, what + rest);
        }
        return new Verdict(State.DAMAGED, "Its bytes have changed." + rest);
    }

    private Optional<SealedPack> table(Id pack, byte[] bytes) {
        try {
            return Optional.of(PackTable.of(core.keys(), pack, bytes));
        } catch (PluginException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private Optional<Verdict> content(Id pack, byte[] bytes) throws PluginException {
        Optional<SealedPack> table = table(pack, bytes);
        if (table.isEmpty()) {
            return Optional.of(new Verdict(State.DAMAGED, "It was written with a wrong table."));
        }
        for (PackEntry entry : table.get().entries()) {
            context.cancellation().throwIfCancelled();
            try {
                EntryHeader header = EntryReader.header(bytes, entry.offset(), entry.length(), entry.id());
                if (header.type() != PackFormat.CHUNK) {
                    entries.refs(header, bytes, entry.offset());
                }
                if (header.storedLength() > 0) {
                    entries.payload(header, bytes, entry.offset(), packs.key(pack, header.keyIndex(), context));
                }
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA) {
                    throw e;
                }
                return Optional.of(new Verdict(State.DAMAGED, "It was written wrong: " + e.getMessage()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        entries.close();
    }
}
