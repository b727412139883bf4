package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.pack.PackEntry;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The note beside a pack in the staging directory; stays until an index segment knows the pack. Local, not part of the format. */
final class PackTab {

    private static final int MAGIC = 0x48467462;

    private PackTab() {}

    static byte[] encode(SealedPack pack) {
        Encoder out = new Encoder(pack.entries().size() * 40 + 64);
        out.u32(MAGIC)
                .id(pack.id())
                .u8(pack.kind())
                .u32(pack.size())
                .u32(pack.entries().size());
        for (PackEntry entry : pack.entries()) {
            out.id(entry.id()).u32(entry.offset()).u32(entry.length());
        }
        return out.u32(crc(out.array(), out.size())).toBytes();
    }

    static SealedPack decode(byte[] bytes) throws PluginException {
        Decoder in = new Decoder("A staging note", bytes);
        in.magic(MAGIC);
        Id id = in.id();
        int kind = in.u8();
        int size = in.u32(PackFormat.MAX_PACK);
        int count = in.u32(in.remaining() / 40);
        List<PackEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(new PackEntry(in.id(), in.u32(), in.u32()));
        }
        int expected = crc(bytes, in.position());
        if (in.bits32() != expected) {
            throw in.damaged("its checksum does not match");
        }
        in.end();
        return new SealedPack(id, kind, size, entries);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
