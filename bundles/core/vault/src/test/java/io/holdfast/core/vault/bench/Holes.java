package io.holdfast.core.vault.bench;

import io.holdfast.spi.source.Extent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The extents of a sparse file as {@code filefrag} tells them. */
final class Holes {

    private Holes() {}

    static List<Extent> of(Path file, long size) throws IOException {
        Process process = new ProcessBuilder("filefrag", "-b4096", "-v", file.toString()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<Extent> extents = new ArrayList<>();
        long at = 0;
        for (String line : out.split("\n")) {
            String[] columns = line.strip().split("[:\\s.]+");
            if (!line.strip().matches("[0-9]+:.*") || columns.length < 3) {
                continue;
            }
            long start = Long.parseLong(columns[1]) * 4096;
            long end = Math.min(size, (Long.parseLong(columns[2]) + 1) * 4096);
            if (start > at) {
                extents.add(new Extent(at, start - at, Extent.State.ZERO));
            }
            if (end > start) {
                extents.add(new Extent(start, end - start, Extent.State.DATA));
            }
            at = end;
        }
        if (at < size) {
            extents.add(new Extent(at, size - at, Extent.State.ZERO));
        }
        return extents;
    }
}
