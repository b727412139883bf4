package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a pack says of its own entries: its footer, or, if that is damaged, its entry headers. */
public final class PackTable {

    private static final Logger LOG = LoggerFactory.getLogger(PackTable.class);

    private PackTable() {}

    /** Reads ranges of one pack. */
    public interface Ranges {
        /** Bytes of the pack; shorter only at its end. */
        byte[] read(int offset, int length) throws PluginException;
    }

    /** Reads header and footer of a pack and checks them. */
    public static SealedPack read(KeyRing keys, Id pack, long packSize, Ranges ranges) throws PluginException {
        String name = pack.hex();
        if (packSize < PackHeader.USUAL_LENGTH + PackFormat.TRAILER_LENGTH || packSize > PackFormat.MAX_PACK) {
            throw Decoder.damaged("Pack " + name, "it has an impossible size");
        }
        int size = (int) packSize;
        byte[] headerBytes = header(name, ranges);
        PackHeader header = PackHeader.parse(name, headerBytes, keys.vaultId());
        byte[] trailer = ranges.read(size - PackFormat.TRAILER_LENGTH, PackFormat.TRAILER_LENGTH);
        Decoder in = new Decoder("Pack " + name, trailer);
        int offset = in.u32();
        int length = in.u32();
        int count = in.u32();
        byte[] mac = in.raw(32);
        in.magic(PackFormat.TRAILER_MAGIC);
        if (offset != (long) size - PackFormat.TRAILER_LENGTH - length
                || length != 8L + (long) count * PackFormat.FOOTER_ENTRY) {
            throw in.damaged("its trailer contradicts itself");
        }
        byte[] table = ranges.read(offset, length);
        byte[] numbers = java.util.Arrays.copyOf(trailer, 12);
        if (!MessageDigest.isEqual(mac, mac(keys, headerBytes, table, numbers))) {
            throw in.damaged("the authentication code of its footer does not match");
        }
        return new SealedPack(pack, header.kind(), size, entries(name, table, count, offset));
    }

    /** The same of a pack in memory. */
    public static SealedPack of(KeyRing keys, Id pack, byte[] bytes) throws PluginException {
        return read(
                keys,
                pack,
                bytes.length,
                (offset, length) -> java.util.Arrays.copyOfRange(
                        bytes, Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)));
    }

    /** The same, empty if what lies under the name of a pack is none. */
    public static Optional<SealedPack> find(KeyRing keys, Id pack, byte[] bytes) {
        try {
            return Optional.of(of(keys, pack, bytes));
        } catch (PluginException e) {
            LOG.debug("Pack {} has no table", pack, e);
            return Optional.empty();
        }
    }

    /** The bytes of a pack's header, and no more. */
    public static byte[] header(String name, Ranges ranges) throws PluginException {
        byte[] start = ranges.read(0, PackHeader.USUAL_LENGTH);
        int length = PackHeader.lengthOf(name, start);
        return length == start.length ? start : ranges.read(0, length);
    }

    private static List<PackEntry> entries(String name, byte[] table, int count, int end) throws PluginException {
        Decoder in = new Decoder("Pack " + name, table);
        in.magic(PackFormat.FOOTER_MAGIC);
        if (in.u32() != count) {
            throw in.damaged("its footer contradicts itself");
        }
        List<PackEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            PackEntry entry = new PackEntry(in.id(), in.u32(), in.u32());
            if (entry.length() < EntryHeader.LENGTH || entry.offset() > end - entry.length()) {
                throw in.damaged("its footer contradicts itself");
            }
            entries.add(entry);
        }
        in.end();
        return List.copyOf(entries);
    }

    /** Finds the good entries of a pack of which header and footer may be damaged, by reading all of it. */
    public static List<PackEntry> scan(byte[] pack) {
        List<PackEntry> entries = new ArrayList<>();
        int at = 0;
        while (at <= pack.length - EntryHeader.LENGTH) {
            int length = pack[at] == 'H' && pack[at + 1] == 'F' ? goodEntry(pack, at) : 0;
            if (length > 0) {
                entries.add(new PackEntry(idAt(pack, at), at, length));
            }
            at += Math.max(1, length);
        }
        return entries;
    }

    /** Whether these bytes end as a pack does. */
    public static boolean hasEnd(byte[] pack) {
        return pack.length >= 4 && java.nio.ByteBuffer.wrap(pack).getInt(pack.length - 4) == PackFormat.TRAILER_MAGIC;
    }

    private static Id idAt(byte[] pack, int entry) {
        return Id.at(pack, entry + 24);
    }

    private static int goodEntry(byte[] pack, int at) {
        try {
            EntryHeader header = EntryHeader.parse(pack, at);
            int length = header.totalLength();
            return length <= pack.length - at && EntryReader.crc(pack, at, length) == header.crc() ? length : 0;
        } catch (PluginException e) {
            return 0;
        }
    }

    static byte[] mac(KeyRing keys, byte[] header, byte[] table, byte[] numbers) {
        Mac mac = keys.mac();
        mac.update("pack".getBytes(StandardCharsets.US_ASCII));
        mac.update(header);
        mac.update(table);
        mac.update(numbers);
        return mac.doFinal();
    }
}
