package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.core.vault.internal.pack.PackBuilder;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.PackHeader;
import io.holdfast.core.vault.internal.pack.PackTable;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.Mender;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the needed entries of partly dead packs, sealed as they are, into new packs. For one thread. */
public final class Repacker {

    private static final Logger LOG = LoggerFactory.getLogger(Repacker.class);
    /** Bytes of entries, their rows of the footer included, so that the longest header fits as well. */
    private static final int MOST = PackFormat.MAX_PACK - (1 << 20);

    private final VaultCore core;
    private final Needs live;
    private final byte[] session;
    private final Output output;
    private final List<Copy> batch = new ArrayList<>();
    private int kind;
    private final Set<PackHeader.SealedKey> keys = new HashSet<>();
    private long bytes;

    /** An entry as it is, with the number of its key among those of the new pack. */
    private record Copy(EntryHeader head, byte[] entry, PackHeader.SealedKey key) {}

    /** Which entries are copied. */
    public interface Needs {
        /** Whether this place of an id is needed. */
        boolean needs(Id id, Id pack) throws PluginException;
    }

    /** Where new packs go. */
    public interface Output {
        /** A file for a new pack. */
        Path newFile() throws IOException;

        /** A pack is complete; the file is removed afterwards. */
        void put(SealedPack pack, Path file) throws PluginException;
    }

    /**
     * Copies out of the packs of that vault.
     *
     * @param session what new packs name as their session, 16 bytes
     */
    public Repacker(VaultCore core, Needs live, byte[] session, Output output) {
        this.core = core;
        this.live = live;
        this.session = session;
        this.output = output;
    }

    /** Copies what is needed of these packs; those that are damaged beyond repair are left. Returns what was copied. */
    public List<Id> run(List<Id> packs, int packKind, TransferContext context) throws PluginException {
        kind = packKind;
        List<Id> copied = new ArrayList<>();
        for (Id pack : packs) {
            context.cancellation().throwIfCancelled();
            Optional<List<Copy>> copies = load(pack, context);
            if (copies.isPresent()) {
                add(copies.get());
                copied.add(pack);
            }
        }
        flush();
        return copied;
    }

    private Optional<List<Copy>> load(Id id, TransferContext context) throws PluginException {
        byte[] pack = core.objects().salvage(ObjectNames.pack(id), 0, PackFormat.MAX_PACK, context);
        Optional<byte[]> whole = Id.of(Digests.sha256().digest(pack)).equals(id)
                ? Optional.of(pack)
                : new Mender(core.objects(), core.keys()).whole(id, context);
        try {
            return whole.isEmpty() ? Optional.empty() : Optional.of(copies(id, whole.get()));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("Pack {} was written wrong and is left as it is: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Copies what is needed of one pack, whose whole bytes are these, and has it arrive.
     *
     * @throws PluginException {@code CORRUPT_DATA} if it is not a pack; nothing of it is copied then
     */
    void copy(Id pack, byte[] whole, int packKind) throws PluginException {
        kind = packKind;
        add(copies(pack, whole));
        flush();
    }

    private List<Copy> copies(Id id, byte[] pack) throws PluginException {
        SealedPack table = PackTable.of(core.keys(), id, pack);
        List<PackHeader.SealedKey> sealed =
                PackHeader.parse(id.hex(), pack, core.keys().vaultId()).keys();
        List<Copy> copies = new ArrayList<>();
        for (PackEntry entry : table.entries()) {
            if (live.needs(entry.id(), id)) {
                EntryHeader head = EntryReader.header(pack, entry.offset(), entry.length(), entry.id());
                byte[] whole = Arrays.copyOfRange(pack, entry.offset(), entry.offset() + entry.length());
                if (head.keyIndex() >= sealed.size()) {
                    throw Decoder.damaged("Pack " + id, "an entry names no key");
                }
                copies.add(new Copy(head, whole, sealed.get(head.keyIndex())));
            }
        }
        return copies;
    }

    /** What one pack had joins what others had as long as packs have their usual size; alone it may be as long as it was. */
    private void add(List<Copy> copies) throws PluginException {
        long most = batch.isEmpty() ? MOST : core.options().packBytes();
        for (Copy copy : copies) {
            boolean anotherKey = !keys.contains(copy.key());
            boolean full = bytes + copy.entry().length > most || anotherKey && keys.size() == PackFormat.MAX_KEYS;
            if (full) {
                flush();
                most = MOST;
            }
            batch.add(copy);
            bytes += copy.entry().length + PackFormat.FOOTER_ENTRY;
            keys.add(copy.key());
        }
    }

    private void flush() throws PluginException {
        if (!batch.isEmpty()) {
            try {
                Path file = output.newFile();
                try {
                    write(file);
                } finally {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new PluginException(ErrorKind.QUOTA, "A new pack cannot be written: " + e.getMessage(), e);
            }
        }
        batch.clear();
        bytes = 0;
        keys.clear();
    }

    private void write(Path file) throws PluginException {
        Map<PackHeader.SealedKey, Integer> numbers = new LinkedHashMap<>();
        batch.forEach(copy -> numbers.putIfAbsent(copy.key(), numbers.size()));
        PackHeader header = new PackHeader(kind, session, List.copyOf(numbers.keySet()));
        try (PackBuilder builder = PackBuilder.forCopies(core.keys(), header, file)) {
            for (Copy copy : batch) {
                builder.copy(copy.head(), numbers.getOrDefault(copy.key(), 0), copy.entry(), 0);
            }
            output.put(builder.seal(), file);
        }
    }
}
