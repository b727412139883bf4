package io.holdfast.core.vault.internal.chunk;

import java.util.Arrays;

/** Tells early, from samples, whether compression is in vain. For one thread. */
public final class Randomness {

    private static final int WINDOWS = 8;
    private static final int WINDOW = 512;
    private static final int SAMPLES = WINDOWS * WINDOW;
    private static final double THRESHOLD = 7.9;
    private static final double[] WEIGHT = weights();

    private final int[] counts = new int[256];

    private static double[] weights() {
        double[] weights = new double[SAMPLES + 1];
        for (int i = 1; i <= SAMPLES; i++) {
            weights[i] = i * (Math.log(i) / Math.log(2));
        }
        return weights;
    }

    /** Whether the bytes look like noise: more than 7.9 bits of entropy a byte in the samples. */
    public boolean looksRandom(byte[] bytes, int offset, int length) {
        if (length < 2 * SAMPLES) {
            return false;
        }
        Arrays.fill(counts, 0);
        int stride = (length - WINDOW) / (WINDOWS - 1);
        for (int w = 0; w < WINDOWS; w++) {
            int from = offset + w * stride;
            for (int i = from; i < from + WINDOW; i++) {
                counts[bytes[i] & 0xff]++;
            }
        }
        double sum = 0;
        for (int count : counts) {
            sum += WEIGHT[count];
        }
        return WEIGHT[SAMPLES] / SAMPLES - sum / SAMPLES > THRESHOLD;
    }
}
