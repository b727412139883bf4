package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.FakeDisk;
import io.holdfast.core.vault.FakeTarget;
import io.holdfast.core.vault.FakeTree;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one machine has on its disk and in its files; changes between backups. Machines have contents in common. */
final class Contents {

    static final int DISK = 160 << 10;
    private static final int POOL = 24;
    private static final int PIECE = 4096;

    /** How a machine looked when a backup was made. */
    record Picture(Map<EntryPath, FakeTree.Node> files, byte[] disk) {}

    private final Random random;
    private final TreeMap<EntryPath, FakeTree.Node> files = new TreeMap<>();
    private byte[] disk = new byte[DISK];
    private int version = 1;

    Contents(Random random) {
        this.random = random;
        for (int i = 0; i < 6; i++) {
            change();
        }
    }

    /** Changes something. */
    void change() {
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            EntryPath path = EntryPath.of("f" + random.nextInt(8));
            if (random.nextInt(5) == 0) {
                files.remove(path);
            } else {
                int length = random.nextInt(4) == 0 ? 30_000 + random.nextInt(60_000) : random.nextInt(9000);
                byte[] content = noise(random.nextInt(POOL), length);
                files.put(path, new FakeTree.Node(EntryKind.FILE, content, new byte[0], version++));
            }
        }
        disk = disk.clone();
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = random.nextInt(DISK / PIECE) * PIECE;
            byte[] piece = random.nextInt(6) == 0 ? new byte[PIECE] : noise(random.nextInt(POOL), PIECE);
            System.arraycopy(piece, 0, disk, at, PIECE);
        }
    }

    private static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** How it looks now. */
    Picture picture() {
        return new Picture(new TreeMap<>(files), disk);
    }

    /**
     * What an export gets of it.
     *
     * @param tracked changes of the disk are given since that picture; null for the whole disk
     */
    static List<Source> sources(Picture now, boolean signatures, @Nullable Picture tracked) {
        FakeTree tree = tree(now);
        tree.signatures = signatures;
        FakeDisk source = new FakeDisk(DISK);
        System.arraycopy(now.disk(), 0, source.content, 0, DISK);
        if (tracked != null) {
            source.tracking = true;
            for (int at = 0; at < DISK; at += FakeDisk.BLOCK) {
                if (!Arrays.equals(now.disk(), at, at + FakeDisk.BLOCK, tracked.disk(), at, at + FakeDisk.BLOCK)) {
                    source.changed.set(at / FakeDisk.BLOCK);
                }
            }
        }
        return List.of(tree, source);
    }

    private static FakeTree tree(Picture of) {
        FakeTree tree = new FakeTree();
        tree.nodes.putAll(of.files());
        return tree;
    }

    /** How what was restored differs; empty if it does not. */
    static List<String> differences(Picture expected, FakeTarget files, byte[] disk) {
        List<String> found = new ArrayList<>();
        List<EntryPath> paths = files.entries.stream().map(e -> e.path()).toList();
        FakeTree tree = tree(expected);
        if (!paths.equals(List.copyOf(tree.nodes.keySet()))) {
            found.add("paths " + paths + " instead of " + tree.nodes.keySet());
        }
        expected.files().forEach((path, node) -> {
            byte[] is = files.files.get(path);
            if (!Arrays.equals(is, node.content())) {
                found.add("file " + path + " is different: " + (is == null ? "not there" : is.length + " bytes"));
            }
        });
        if (!Arrays.equals(expected.disk(), disk)) {
            found.add("the disk is different from byte " + Arrays.mismatch(expected.disk(), disk));
        }
        return found;
    }
}
