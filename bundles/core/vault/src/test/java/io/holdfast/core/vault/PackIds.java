package io.holdfast.core.vault;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The ids in the footer of a pack, read as FORMAT.md section 5 has it. */
final class PackIds {

    private static final int TRAILER = 48;

    private PackIds() {}

    static List<String> of(byte[] pack) {
        ByteBuffer trailer = ByteBuffer.wrap(pack, pack.length - TRAILER, TRAILER);
        int offset = trailer.getInt() + 8;
        trailer.getInt();
        int count = trailer.getInt();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(HexFormat.of().formatHex(pack, offset + i * 40, offset + i * 40 + 32));
        }
        return ids;
    }
}
