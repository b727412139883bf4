package io.holdfast.core.vault.internal.write;

import java.util.ArrayList;
import java.util.List;

/** Small files that will be one chunk, FORMAT.md section 6. */
final class Group {

    static final int MAX_BYTES = 1 << 20;
    private static final int MIN_BYTES = 128 << 10;
    private static final int MAX_FILES = 1024;

    private final long[] gear;
    private final List<PendingFile> files = new ArrayList<>();
    private long bytes;

    Group(long[] gear) {
        this.gear = gear;
    }

    List<PendingFile> files() {
        return files;
    }

    /** Adds a file; true if the group ends with it. */
    boolean add(PendingFile file) {
        files.add(file);
        bytes += file.entry.attributes().size();
        return files.size() >= MAX_FILES
                || bytes >= MAX_BYTES - (64 << 10)
                || bytes >= MIN_BYTES && endsAfter(file.path);
    }

    private boolean endsAfter(byte[] path) {
        long hash = 0;
        for (byte b : path) {
            hash = b == '/' ? 0 : (hash << 1) + gear[b & 0xff];
        }
        return (hash >>> 48 & 15) == 0;
    }
}
