package io.holdfast.core.vault.internal.parity;

/** Arithmetic in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11d), of which 2 is a generator. */
final class Galois {

    private static final int POLYNOMIAL = 0x11d;
    private static final int ORDER = 255;
    private static final int[] EXP = new int[2 * ORDER];
    private static final int[] LOG = new int[256];
    /** Products: that of a and b stands at a * 256 + b. */
    private static final byte[] PRODUCTS = new byte[1 << 16];

    static {
        int power = 1;
        for (int i = 0; i < ORDER; i++) {
            EXP[i] = power;
            EXP[i + ORDER] = power;
            LOG[power] = i;
            power <<= 1;
            if (power > ORDER) {
                power ^= POLYNOMIAL;
            }
        }
        for (int a = 1; a < 256; a++) {
            for (int b = 1; b < 256; b++) {
                PRODUCTS[a << 8 | b] = (byte) EXP[LOG[a] + LOG[b]];
            }
        }
    }

    private Galois() {}

    static int multiply(int a, int b) {
        return PRODUCTS[a << 8 | b] & 0xff;
    }

    /** The inverse of anything but 0. */
    static int inverse(int a) {
        if (a == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        return EXP[ORDER - LOG[a]];
    }

    /** Adds to each byte of the sum the product of the factor and a byte of the terms. */
    static void addProduct(byte[] sum, int factor, byte[] terms) {
        int row = factor << 8;
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= PRODUCTS[row | terms[i] & 0xff];
        }
    }

    /** Inverts a square matrix that has an inverse, as all that are made of a Cauchy matrix have. */
    static int[][] invert(int[][] matrix) {
        int n = matrix.length;
        int[][] left = new int[n][];
        int[][] right = new int[n][n];
        for (int i = 0; i < n; i++) {
            left[i] = matrix[i].clone();
            right[i][i] = 1;
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            while (left[pivot][column] == 0) {
                pivot++;
            }
            swap(left, pivot, column);
            swap(right, pivot, column);
            int scale = inverse(left[column][column]);
            scale(left[column], scale);
            scale(right[column], scale);
            for (int row = 0; row < n; row++) {
                int factor = left[row][column];
                if (row != column && factor != 0) {
                    subtract(left[row], factor, left[column]);
                    subtract(right[row], factor, right[column]);
                }
            }
        }
        return right;
    }

    private static void swap(int[][] rows, int a, int b) {
        int[] row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }

    private static void scale(int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = multiply(row[i], factor);
        }
    }

    private static void subtract(int[] row, int factor, int[] other) {
        for (int i = 0; i < row.length; i++) {
            row[i] ^= multiply(factor, other[i]);
        }
    }
}
