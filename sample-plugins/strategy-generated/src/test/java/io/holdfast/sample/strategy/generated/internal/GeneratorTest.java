package io.holdfast.sample.strategy.generated.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GeneratorTest {

    private final Generator generator = new Generator(1, 2);

    @Test
    void the_same_bytes_come_whatever_the_reads_are_cut_into() {
        byte[] whole = read(0, 50_000);

        for (int offset : new int[] {0, 1, 4_095, 4_096, 4_097, 33_333}) {
            for (int length : new int[] {1, 7, 4_096, 9_999}) {
                assertThat(read(offset, length))
                        .isEqualTo(java.util.Arrays.copyOfRange(whole, offset, offset + length));
            }
        }
    }

    private byte[] read(int offset, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        generator.fill(offset, buffer, 20_000);
        return buffer.array();
    }

    @Test
    void about_as_much_changes_each_day_as_was_asked_for() {
        for (long day = 20_000; day < 20_100; day += 10) {
            long today = day;
            long changed = LongStream.range(0, 10_000)
                    .filter(block -> generator.version(block, today) != generator.version(block, today + 1))
                    .count();
            assertThat(changed).isBetween(120L, 280L);
        }
    }

    @Test
    void about_three_of_ten_blocks_are_zero() {
        assertThat(LongStream.range(0, 10_000).filter(generator::isZero).count())
                .isBetween(2_700L, 3_300L);
    }
}
