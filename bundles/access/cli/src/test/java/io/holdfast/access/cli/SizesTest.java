package io.holdfast.access.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SizesTest {

    @Test
    void bytesAreShownWithABinaryUnitAndAboutThreeDigits() {
        assertThat(Sizes.bytes(0)).isEqualTo("0 B");
        assertThat(Sizes.bytes(1023)).isEqualTo("1023 B");
        assertThat(Sizes.bytes(1024)).isEqualTo("1.00 KiB");
        assertThat(Sizes.bytes(15L << 20)).isEqualTo("15.0 MiB");
        assertThat(Sizes.bytes(8L << 30)).isEqualTo("8.00 GiB");
        assertThat(Sizes.bytes(Long.MAX_VALUE)).isEqualTo("8192 PiB");
    }

    @Test
    void durationsAreShownInSecondsOrMinutes() {
        assertThat(Sizes.duration(5)).isEqualTo("0.01 s");
        assertThat(Sizes.duration(12_340)).isEqualTo("12.3 s");
        assertThat(Sizes.duration(125_000)).isEqualTo("2 min 05 s");
    }
}
