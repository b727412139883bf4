package io.holdfast.core.vault.internal.crypto;

import java.security.SecureRandom;
import java.util.List;

/**
 * Shamir's scheme, byte by byte, over GF(256) with the polynomial of AES, as FORMAT.md section 3.3.1 has it. Without tables, so that
 * the time that it takes tells nothing of the secret.
 */
public final class Shamir {

    private static final int POLYNOMIAL = 0x1b;

    private Shamir() {}

    /** A share: the value of the polynomials at {@code number}. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Point(int number, byte[] value) {
        @Override
        public String toString() {
            return "Point[" + number + "]";
        }
    }

    /**
     * Splits a secret.
     *
     * @param threshold how many shares join it, 1 to 255
     * @param numbers where the polynomials are evaluated: different, 1 to 255
     */
    public static List<Point> split(byte[] secret, int threshold, List<Integer> numbers, SecureRandom random) {
        byte[][] coefficients = new byte[threshold][];
        coefficients[0] = secret.clone();
        for (int i = 1; i < threshold; i++) {
            coefficients[i] = new byte[secret.length];
            random.nextBytes(coefficients[i]);
        }
        return numbers.stream()
                .map(x -> new Point(x, evaluate(coefficients, x)))
                .toList();
    }

    /** The values of the polynomials at x, by Horner's rule. */
    static byte[] evaluate(byte[][] coefficients, int x) {
        byte[] out = new byte[coefficients[0].length];
        for (int i = coefficients.length - 1; i >= 0; i--) {
            for (int j = 0; j < out.length; j++) {
                out[j] = (byte) (multiply(out[j] & 0xff, x) ^ coefficients[i][j]);
            }
        }
        return out;
    }

    /** Joins as many shares as the threshold says, all of different numbers: their polynomials at 0, by Lagrange. */
    public static byte[] join(List<Point> points) {
        byte[] secret = new byte[points.get(0).value().length];
        for (Point point : points) {
            int weight = 1;
            for (Point other : points) {
                if (other != point) {
                    weight = multiply(weight, multiply(other.number(), inverse(other.number() ^ point.number())));
                }
            }
            for (int j = 0; j < secret.length; j++) {
                secret[j] ^= (byte) multiply(weight, point.value()[j] & 0xff);
            }
        }
        return secret;
    }

    static int multiply(int a, int b) {
        int product = 0;
        int x = a;
        for (int bit = 0; bit < 8; bit++) {
            product ^= x & -(b >> bit & 1);
            x = x << 1 & 0xff ^ POLYNOMIAL & -(x >> 7 & 1);
        }
        return product & 0xff;
    }

    /** a^254. */
    static int inverse(int a) {
        int square = a;
        int out = 1;
        for (int bit = 1; bit < 8; bit++) {
            square = multiply(square, square);
            out = multiply(out, square);
        }
        return out;
    }
}
