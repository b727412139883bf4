package io.holdfast.core.vault.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The arithmetic of shares. */
class ShamirTest {

    @Test
    void multiplication_is_that_of_the_field_of_aes() {
        // FIPS 197, section 4.2
        assertThat(Shamir.multiply(0x57, 0x83)).isEqualTo(0xc1);
        assertThat(Shamir.multiply(0x57, 0x13)).isEqualTo(0xfe);
        for (int a = 1; a < 256; a++) {
            assertThat(Shamir.multiply(a, Shamir.inverse(a))).isEqualTo(1);
            assertThat(Shamir.multiply(a, 1)).isEqualTo(a);
            assertThat(Shamir.multiply(a, 0)).isZero();
        }
    }

    @Test
    void shares_are_the_values_of_the_polynomial() {
        // 0x42 + 0x57 x: at 1 the sum of both, at 0x83 0x42 + 0xc1
        byte[][] coefficients = {{0x42}, {0x57}};
        assertThat(Shamir.evaluate(coefficients, 1)).containsExactly(0x42 ^ 0x57);
        assertThat(Shamir.evaluate(coefficients, 0x83)).containsExactly(0x42 ^ 0xc1);
        assertThat(Shamir.evaluate(coefficients, 0)).containsExactly(0x42);
    }

    @Test
    void every_threshold_and_subset_of_six_joins_to_the_secret() {
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[20];
        random.nextBytes(secret);
        List<Integer> numbers = IntStream.rangeClosed(1, 6).boxed().toList();
        for (int threshold = 1; threshold <= 6; threshold++) {
            List<Shamir.Point> all = Shamir.split(secret, threshold, numbers, random);
            for (int mask = 1; mask < 64; mask++) {
                if (Integer.bitCount(mask) != threshold) {
                    continue;
                }
                List<Shamir.Point> some = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    if ((mask >> i & 1) != 0) {
                        some.add(all.get(i));
                    }
                }
                assertThat(Shamir.join(some)).isEqualTo(secret);
            }
        }
    }

    @Test
    void one_share_too_few_fits_every_secret_equally_well() {
        Shamir.Point one = new Shamir.Point(3, new byte[] {0x5a});
        Set<Integer> secrets = new HashSet<>();
        for (int other = 0; other < 256; other++) {
            secrets.add(Shamir.join(List.of(one, new Shamir.Point(7, new byte[] {(byte) other})))[0] & 0xff);
        }
        assertThat(secrets).hasSize(256);
    }
}
