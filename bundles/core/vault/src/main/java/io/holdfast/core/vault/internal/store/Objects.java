package io.holdfast.core.vault.internal.store;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whole objects of a destination, with bounds and with answers for puts of unknown outcome. */
public final class Objects {

    private static final int PAGE = 1_000;
    private static final int PIECE = 1 << 20;
    private static final int SECTOR = 4096;

    private final Destination destination;

    /** Objects of that destination. */
    public Objects(Destination destination) {
        this.destination = destination;
    }

    /** The destination itself. */
    public Destination destination() {
        return destination;
    }

    /** A range of an object; shorter only if the object ends. */
    public byte[] range(ObjectKey key, long offset, int length, TransferContext context) throws PluginException {
        try (InputStream in = destination.read(key, offset, length, context)) {
            return in.readNBytes(length);
        } catch (IOException e) {
            throw translate("read " + key, e);
        }
    }

    /**
     * A range of an object of which the medium may not give every part: in place of what it does not give are zeroes.
     *
     * @return as {@link #range}
     */
    public byte[] salvage(ObjectKey key, long offset, int length, TransferContext context) throws PluginException {
        try {
            return range(key, offset, length, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
        }
        long size = destination.stat(key, context).map(ObjectStat::size).orElse(0L);
        byte[] out = new byte[(int) Math.max(0, Math.min(length, size - offset))];
        for (int at = 0; at < out.length; at += PIECE) {
            int piece = Math.min(PIECE, out.length - at);
            if (!salvaged(key, offset + at, out, at, piece, context)) {
                sectors(key, offset, out, at, at + piece, context);
            }
        }
        return out;
    }

    /** Sector by sector of the object, so that equal sectors fail whatever range of it is asked for. */
    private void sectors(ObjectKey key, long offset, byte[] out, int from, int to, TransferContext context)
            throws PluginException {
        int at = from;
        while (at < to) {
            int n = (int) Math.min(to - at, SECTOR - (offset + at) % SECTOR);
            salvaged(key, offset + at, out, at, n, context);
            at += n;
        }
    }

    private boolean salvaged(ObjectKey key, long offset, byte[] out, int at, int length, TransferContext context)
            throws PluginException {
        context.cancellation().throwIfCancelled();
        try {
            byte[] bytes = range(key, offset, length, context);
            System.arraycopy(bytes, 0, out, at, Math.min(length, bytes.length));
            return true;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return false;
        }
    }

    /** What can be read of an object, at most {@code max} bytes; empty if there is none. */
    public Optional<byte[]> findSalvaged(ObjectKey key, int max, TransferContext context) throws PluginException {
        try {
            return Optional.of(salvage(key, 0, max, context));
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * A whole object.
     *
     * @throws PluginException {@code NOT_FOUND}; {@code CORRUPT_DATA} if it is longer than {@code max}
     */
    public byte[] get(ObjectKey key, int max, TransferContext context) throws PluginException {
        try (InputStream in = destination.read(key, 0, max + 1L, context)) {
            byte[] all = in.readNBytes(max + 1);
            if (all.length > max) {
                throw new PluginException(ErrorKind.CORRUPT_DATA, key + " is longer than it can be.");
            }
            return all;
        } catch (IOException e) {
            throw translate("read " + key, e);
        }
    }

    /** A whole object, or empty if there is none. */
    public Optional<byte[]> find(ObjectKey key, int max, TransferContext context) throws PluginException {
        try {
            return Optional.of(get(key, max, context));
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The failure behind an {@link IOException} of a destination's stream. */
    public static PluginException translate(String attempt, IOException e) {
        if (e.getCause() instanceof PluginException cause) {
            return cause;
        }
        return new PluginException(
                ErrorKind.UNAVAILABLE, "The destination failed to " + attempt + ": " + e.getMessage(), e);
    }

    /**
     * Puts an object that must be the only one under its key.
     *
     * @return false if the key is taken by something else; true if these bytes are there, whoever put them
     */
    public boolean putExclusive(ObjectKey key, byte[] bytes, TransferContext context) throws PluginException {
        try {
            destination.put(key, Content.of(bytes), context);
            return true;
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.ALREADY_EXISTS && e.kind() != ErrorKind.TIMEOUT) {
                throw e;
            }
            if (destination.stat(key, context).isEmpty()) {
                throw e;
            }
            // taken, and free again: by something that was deleted meanwhile
            try {
                return Arrays.equals(range(key, 0, bytes.length + 1, context), bytes);
            } catch (PluginException gone) {
                if (gone.kind() == ErrorKind.NOT_FOUND) {
                    return false;
                }
                throw gone;
            }
        }
    }

    /** Visits all objects whose keys start with the prefix, in order. */
    public void forEach(String prefix, Visitor visitor, TransferContext context) throws PluginException {
        @Nullable ObjectKey after = null;
        while (true) {
            context.cancellation().throwIfCancelled();
            List<ObjectStat> page = destination.list(prefix, after, PAGE, context);
            for (ObjectStat stat : page) {
                visitor.visit(stat);
            }
            if (page.size() < PAGE) {
                return;
            }
            after = page.get(page.size() - 1).key();
        }
    }

    /** All objects whose keys start with the prefix, for folders that stay small. */
    public List<ObjectStat> list(String prefix, TransferContext context) throws PluginException {
        List<ObjectStat> all = new ArrayList<>();
        forEach(prefix, all::add, context);
        return all;
    }

    /** Gets one object of a listing. */
    public interface Visitor {
        /** Called once an object. */
        void visit(ObjectStat stat) throws PluginException;
    }
}
