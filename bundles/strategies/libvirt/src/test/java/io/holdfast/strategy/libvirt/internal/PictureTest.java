package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {

    private static byte[] ppm(int width, int height) {
        ByteArrayOutputStream ppm = new ByteArrayOutputStream();
        ppm.writeBytes(("P6\n" + width + " " + height + "\n255\n").getBytes(StandardCharsets.US_ASCII));
        byte[] pixels = new byte[width * height * 3];
        new Random(7).nextBytes(pixels);
        ppm.writeBytes(pixels);
        return ppm.toByteArray();
    }

    @Test
    void a_picture_is_the_same_to_the_pixel() throws Exception {
        byte[] ppm = ppm(33, 17);

        BufferedImage read =
                ImageIO.read(new ByteArrayInputStream(Picture.parse(ppm).png(1 << 20)));

        assertThat(read.getWidth()).isEqualTo(33);
        assertThat(read.getHeight()).isEqualTo(17);
        int begin = ppm.length - 33 * 17 * 3;
        for (int i = 0; i < 33 * 17; i++) {
            int at = begin + i * 3;
            int colour = (ppm[at] & 255) << 16 | (ppm[at + 1] & 255) << 8 | ppm[at + 2] & 255;
            assertThat(read.getRGB(i % 33, i / 33) & 0xff_ffff).isEqualTo(colour);
        }
    }

    @Test
    void a_picture_that_is_too_large_gets_fewer_pixels() throws Exception {
        byte[] png = Picture.parse(ppm(401, 301)).png(100_000);

        assertThat(png).hasSizeLessThan(100_001);
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(201);
    }

    @Test
    void a_png_stays_as_it_is() throws Exception {
        byte[] png = Picture.parse(ppm(5, 5)).png(10_000);

        assertThat(Picture.parse(png).png(10_000)).isEqualTo(png);
        assertThatThrownBy(() -> Picture.parse(png).png(10)).isInstanceOf(PluginException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P6",
                "P5\n1 1\n255\nxxx",
                "P6\n2 2\n255\nxxx",
                "P6\n0 9\n255\nxxx",
                "P6\n99999 99999\n255\nx"
            })
    void what_is_no_picture_is_refused(String text) {
        assertThatThrownBy(() -> Picture.parse(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA));
    }
}
