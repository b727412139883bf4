package io.holdfast.core.vault.internal.lock;

import io.holdfast.core.vault.internal.codec.Id;
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
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Until when packs of an instance are locked, and, of blocks, until when everything below them is: so that the next backup asks for what
 * must be prolonged alone. Only a cache: without it everything is locked again, which changes nothing. Locks are never shortened, so what is
 * remembered does not become wrong.
 */
final class LockMemory {

    private static final Logger LOG = LoggerFactory.getLogger(LockMemory.class);
    private static final int MAGIC = 0x48466c31; // HFl1

    private final Path file;
    private final Map<Id, Long> before = new HashMap<>();
    private final Map<Id, Long> now = new HashMap<>();

    LockMemory(Path file) {
        this.file = file;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() == MAGIC) {
                int count = in.readInt();
                byte[] id = new byte[Id.LENGTH];
                for (int i = 0; i < count; i++) {
                    in.readFully(id);
                    before.put(Id.of(id), in.readLong());
                }
            }
        } catch (NoSuchFileException e) {
            LOG.debug("nothing is remembered of locks in {}", file);
        } catch (IOException e) {
            before.clear();
            LOG.debug("what was remembered of locks cannot be read", e);
        }
    }

    /** The second until which a pack, or everything below a block, is locked; 0 if not known. */
    long until(Id id) {
        Long known = now.get(id);
        return known != null ? known : before.getOrDefault(id, 0L);
    }

    void note(Id id, long until) {
        now.merge(id, until, Math::max);
    }

    /** Keeps what this backup needs; what only earlier ones needed is forgotten. */
    void keep() {
        try {
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), ".", ".part");
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
                out.writeInt(MAGIC);
                out.writeInt(now.size());
                for (Map.Entry<Id, Long> entry : now.entrySet()) {
                    out.write(entry.getKey().toBytes());
                    out.writeLong(entry.getValue());
                }
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.debug("what is locked cannot be remembered", e);
        }
    }
}
