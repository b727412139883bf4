package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A picture as QEMU gives it (PPM, the format {@code P6} of Netpbm), or as newer ones do (PNG). */
final class Picture {

    /** PNG (ISO/IEC 15948), 5.2. */
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private static final Pattern HEADER = Pattern.compile("P6\\s+(\\d{1,5})\\s+(\\d{1,5})\\s+255\\s");
    private static final int LONGEST_HEADER = 40;
    private static final int COLOURS = 3;
    private static final int SMALLEST = 64;

    private final byte[] bytes;
    private final int begin;
    private final int width;
    private final int height;

    private Picture(byte[] bytes, int begin, int width, int height) {
        this.bytes = bytes;
        this.begin = begin;
        this.width = width;
        this.height = height;
    }

    static Picture parse(byte[] bytes) throws PluginException {
        if (Arrays.equals(Arrays.copyOf(bytes, SIGNATURE.length), SIGNATURE)) {
            return new Picture(bytes, 0, 0, 0);
        }
        String text = new String(bytes, 0, Math.min(bytes.length, LONGEST_HEADER), StandardCharsets.ISO_8859_1);
        Matcher header = HEADER.matcher(text);
        if (!header.lookingAt()) {
            throw corrupt("it is neither PPM nor PNG");
        }
        int width = Integer.parseInt(header.group(1));
        int height = Integer.parseInt(header.group(2));
        if (width == 0 || height == 0 || (long) width * height * COLOURS > bytes.length - header.end()) {
            throw corrupt("it is shorter than it should be");
        }
        return new Picture(bytes, header.end(), width, height);
    }

    private static PluginException corrupt(String why) {
        return new PluginException(ErrorKind.CORRUPT_DATA, "the picture of the screen cannot be read: " + why);
    }

    /** As PNG of at most so many bytes, with fewer pixels if need be. */
    byte[] png(int most) throws PluginException {
        if (width == 0) {
            if (bytes.length > most) {
                throw corrupt("it has more than " + most + " bytes");
            }
            return bytes;
        }
        for (int step = 1; step == 1 || width / step >= SMALLEST; step *= 2) {
            byte[] png = encoded(step);
            if (png.length <= most) {
                return png;
            }
        }
        throw corrupt("it has more than " + most + " bytes");
    }

    /** With each so many-th pixel of each so many-th line. */
    private byte[] encoded(int step) {
        int columns = (width + step - 1) / step;
        int lines = (height + step - 1) / step;
        byte[] pixels = new byte[lines * (1 + columns * COLOURS)];
        int at = 0;
        for (int y = 0; y < height; y += step) {
            at++; // filter type 0 of the line
            for (int x = 0; x < width; x += step) {
                System.arraycopy(bytes, begin + (y * width + x) * COLOURS, pixels, at, COLOURS);
                at += COLOURS;
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk(
                png,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(columns)
                        .putInt(lines)
                        .put(new byte[] {8, 2, 0, 0, 0}) // bits of each of three colours; nothing special
                        .array());
        chunk(png, "IDAT", deflated(pixels));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static byte[] deflated(byte[] pixels) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(pixels);
            deflater.finish();
            ByteArrayOutputStream deflated = new ByteArrayOutputStream();
            byte[] buffer = new byte[64 << 10];
            while (!deflater.finished()) {
                deflated.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
        byte[] typed = ByteBuffer.allocate(4 + content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 checksum = new CRC32();
        checksum.update(typed);
        png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        png.writeBytes(typed);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}
