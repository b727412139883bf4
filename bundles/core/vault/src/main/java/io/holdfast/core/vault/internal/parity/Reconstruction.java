package io.holdfast.core.vault.internal.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes the blocks of a pack that are not what they were. For one thread. */
final class Reconstruction {

    private final ParityObject parity;
    private final Layout layout;
    private final BlockSource found;
    private final Map<Integer, byte[]> patches = new HashMap<>();
    private final byte[] block;
    private List<Integer> lastLost = List.of();
    private List<Integer> lastRows = List.of();
    private int[][] lastInverse = new int[0][];

    Reconstruction(ParityObject parity, BlockSource found) {
        this.parity = parity;
        this.layout = parity.layout();
        this.found = found;
        this.block = new byte[layout.blockSize()];
    }

    /** The blocks that must be put in place of what is there, by number; empty if too much is damaged. */
    Optional<Map<Integer, byte[]>> run() throws IOException {
        for (int stripe = 0; stripe < layout.stripes(); stripe++) {
            List<Integer> lost = lost(stripe);
            if (!lost.isEmpty() && !repair(stripe, lost)) {
                return Optional.empty();
            }
        }
        return Optional.of(patches);
    }

    private void load(int number) throws IOException {
        int n = found.read(number * layout.blockSize(), block, layout.lengthOf(number));
        Arrays.fill(block, n, block.length, (byte) 0);
    }

    /** Data shards of a stripe that are not what they were. */
    private List<Integer> lost(int stripe) throws IOException {
        List<Integer> lost = new ArrayList<>(0);
        for (int shard = 0; shard < layout.data(); shard++) {
            int number = shard * layout.stripes() + stripe;
            if (number < layout.blocks()) {
                load(number);
                if (!parity.isBlock(number, block)) {
                    lost.add(shard);
                }
            }
        }
        return lost;
    }

    private boolean repair(int stripe, List<Integer> lost) throws IOException {
        List<Integer> rows = new ArrayList<>(lost.size());
        for (int row = 0; row < layout.parity() && rows.size() < lost.size(); row++) {
            if (parity.isGood(row * layout.stripes() + stripe)) {
                rows.add(row);
            }
        }
        if (rows.size() < lost.size()) {
            return false;
        }
        byte[][] sums = sums(stripe, lost, rows);
        int[][] inverse = inverse(lost, rows);
        for (int i = 0; i < lost.size(); i++) {
            byte[] repaired = new byte[layout.blockSize()];
            for (int k = 0; k < rows.size(); k++) {
                Galois.addProduct(repaired, inverse[i][k], sums[k]);
            }
            patches.put(lost.get(i) * layout.stripes() + stripe, repaired);
        }
        return true;
    }

    /** What the parity rows say of the lost shards alone: without the share of those that are there. */
    private byte[][] sums(int stripe, List<Integer> lost, List<Integer> rows) throws IOException {
        byte[][] sums = new byte[rows.size()][];
        for (int k = 0; k < sums.length; k++) {
            sums[k] = parity.block(rows.get(k) * layout.stripes() + stripe);
        }
        for (int shard = 0; shard < layout.data(); shard++) {
            int number = shard * layout.stripes() + stripe;
            if (number < layout.blocks() && !lost.contains(shard)) {
                load(number);
                for (int k = 0; k < sums.length; k++) {
                    Galois.addProduct(sums[k], layout.coefficient(rows.get(k), shard), block);
                }
            }
        }
        return sums;
    }

    /** Neighbouring stripes mostly lose the same shards. */
    private int[][] inverse(List<Integer> lost, List<Integer> rows) {
        if (!lost.equals(lastLost) || !rows.equals(lastRows)) {
            int[][] matrix = new int[rows.size()][lost.size()];
            for (int k = 0; k < rows.size(); k++) {
                for (int i = 0; i < lost.size(); i++) {
                    matrix[k][i] = layout.coefficient(rows.get(k), lost.get(i));
                }
            }
            lastInverse = Galois.invert(matrix);
            lastLost = lost;
            lastRows = rows;
        }
        return lastInverse;
    }
}
