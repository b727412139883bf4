package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathTextTest {

    @Test
    void readableNamesStayReadable() {
        assertThat(PathText.of("Müller/файл 1.txt".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("Müller/файл 1.txt");
    }

    @Test
    void bytesThatAreNoUtf8AndControlCharactersAndPercentSignsAreEscaped() {
        byte[] bytes = {'a', (byte) 0xff, '\n', '%', (byte) 0xc3, (byte) 0x28};
        assertThat(PathText.of(bytes)).isEqualTo("a%FF%0A%25%C3(");
    }

    @Test
    void anyBytesComeBackUnchanged() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(PathText.bytes(PathText.of(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void charactersBeyondTheBasicPlaneComeBackUnchanged() throws Exception {
        byte[] bytes = "x\uD83D\uDE00y".getBytes(StandardCharsets.UTF_8);
        assertThat(PathText.bytes(PathText.of(bytes))).isEqualTo(bytes);
    }

    @Test
    void slashesAtTheEndsDoNotMatter() throws Exception {
        assertThat(PathText.parse("/etc/passwd/")).isEqualTo(EntryPath.of("etc/passwd"));
        assertThat(PathText.parse("/")).isEqualTo(EntryPath.ROOT);
    }

    @Test
    void whatIsNoPathIsRefused() {
        for (String text : new String[] {"a/../b", "./a", "a//b", "100%", "%4", "%zz", "a%00b"}) {
            assertThatThrownBy(() -> PathText.parse(text))
                    .as(text)
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("is not a path");
        }
    }
}
