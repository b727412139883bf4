package io.holdfast.core.vault.synthetic;

import io.holdfast.core.vault.internal.codec.Id;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The packs that a synthetic vault is said to have, on disk: name and size, by name. */
final class PackRows {

    private static final int LENGTH = 36;

    private final ByteBuffer rows;
    private final int count;

    record Row(Id pack, int size) {}

    private PackRows(ByteBuffer rows) {
        this.rows = rows;
        this.count = rows.limit() / LENGTH;
    }

    static void write(Path file, List<Row> packs) throws IOException {
        packs.sort(Comparator.comparing(Row::pack));
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (Row row : packs) {
                out.write(row.pack().toBytes());
                out.writeInt(row.size());
            }
        }
    }

    static PackRows open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return new PackRows(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    int count() {
        return count;
    }

    Row row(int number) {
        return new Row(Id.at(rows, number * LENGTH), rows.getInt(number * LENGTH + 32));
    }

    /** The first row whose pack is not before this one. */
    int from(Id pack) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Id.at(rows, middle * LENGTH).compareTo(pack) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
