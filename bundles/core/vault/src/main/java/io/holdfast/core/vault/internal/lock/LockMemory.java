package io.holdfast.core.vault.internal.lock;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.store.Leftovers;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Until when packs of an instance are locked, and, of blocks, until when everything below them is: so that the next backup asks for what
 * must be prolonged alone. Only a cache: without it everything is locked again, which changes nothing. Locks are never shortened, so what is
 * remembered does not become wrong.
 */
final class LockMemory {

    private static final Logger LOG = LoggerFactory.getLogger(LockMemory.class);
    private static final String PART_PREFIX = ".";
    private static final String PART_SUFFIX = ".part";
    private static final int MAGIC = 0x48466c32; // HFl2

    private final Path directory;
    private final Path file;
    private final Map<Id, Long> packsBefore = new HashMap<>();
    private final Map<Id, Long> blocksBefore = new HashMap<>();
    private final Map<Id, Long> packs = new HashMap<>();
    private final Map<Id, Long> blocks = new HashMap<>();

    /**
     * What is remembered under that name.
     *
     * @param directory of all that is remembered of locks of the vault
     */
    LockMemory(Path directory, String name) {
        this.directory = directory;
        this.file = directory.resolve(name);
        Leftovers.remove(directory, PART_PREFIX, PART_SUFFIX);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() == MAGIC) {
                read(in, packsBefore);
                read(in, blocksBefore);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("nothing is remembered of locks in {}", file);
        } catch (IOException e) {
            packsBefore.clear();
            blocksBefore.clear();
            LOG.debug("what was remembered of locks cannot be read", e);
        }
    }

    private static void read(DataInputStream in, Map<Id, Long> known) throws IOException {
        int count = in.readInt();
        byte[] id = new byte[Id.LENGTH];
        for (int i = 0; i < count; i++) {
            in.readFully(id);
            known.put(Id.of(id), in.readLong());
        }
    }

    private static void write(DataOutputStream out, Map<Id, Long> known) throws IOException {
        out.writeInt(known.size());
        for (Map.Entry<Id, Long> entry : known.entrySet()) {
            out.write(entry.getKey().toBytes());
            out.writeLong(entry.getValue());
        }
    }

    /** The second until which a pack is locked; 0 if not known. */
    long pack(Id pack) {
        Long known = packs.get(pack);
        return known != null ? known : packsBefore.getOrDefault(pack, 0L);
    }

    /** The packs that an earlier backup has needed and that are locked at least until then. */
    Set<Id> packs(long until) {
        Set<Id> all = new HashSet<>();
        packsBefore.forEach((pack, known) -> {
            if (known >= until) {
                all.add(pack);
            }
        });
        return all;
    }

    /** The second until which everything below a block was locked by earlier backups; 0 if not known. */
    long block(Id block) {
        return blocksBefore.getOrDefault(block, 0L);
    }

    /** What this backup has noted of a block. */
    Optional<Long> noted(Id block) {
        return Optional.ofNullable(blocks.get(block));
    }

    void notePack(Id pack, long until) {
        packs.merge(pack, until, Math::max);
    }

    void noteBlock(Id block, long until) {
        blocks.put(block, until);
    }

    /** Keeps what this backup needs; what only earlier ones needed is forgotten. */
    void keep() {
        try {
            Files.createDirectories(directory);
            Path part = Files.createTempFile(directory, PART_PREFIX, PART_SUFFIX);
            try {
                write(part);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            LOG.debug("what is locked cannot be remembered", e);
        }
    }

    private void write(Path part) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(MAGIC);
            write(out, packs);
            write(out, blocks);
        }
    }
}
