package io.holdfast.access.model;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Paths as text that can be turned back into the same bytes. What is readable UTF-8 stays readable; a percent sign,
 * control characters and bytes that are no UTF-8 are written as a percent sign and two hexadecimal digits.
 */
public final class PathText {

    private static final String HEX = "0123456789ABCDEF";

    private PathText() {}

    /** The text of these bytes. */
    public static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (true) {
            decoder.reset();
            CoderResult result = decoder.decode(in, out, true);
            out.flip();
            out.chars().forEach(c -> append(text, (char) c));
            out.clear();
            if (!result.isMalformed()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                escape(text, in.get());
            }
        }
    }

    private static void append(StringBuilder text, char c) {
        if (c == '%' || Character.isISOControl(c)) {
            for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                escape(text, b);
            }
        } else {
            text.append(c);
        }
    }

    private static void escape(StringBuilder text, byte b) {
        text.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
    }

    /**
     * The bytes of a text.
     *
     * @throws PluginException {@code INVALID_CONFIG} if a percent sign is not followed by two hexadecimal digits
     */
    public static byte[] bytes(String text) throws PluginException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (codePoint == '%') {
                bytes.write(unescape(text, i));
                i += 3;
            } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(codePoint);
            }
        }
        return bytes.toByteArray();
    }

    private static int unescape(String text, int i) throws PluginException {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "'" + Texts.printable(text) + "' is not a path: a percent sign must be written as %25");
        }
        return high << 4 | low;
    }

    /**
     * The path of a text; slashes at its ends do not matter.
     *
     * @throws PluginException {@code INVALID_CONFIG} if it is not a path
     */
    public static EntryPath parse(String text) throws PluginException {
        String inner = text.replaceAll("^/+|/+$", "");
        try {
            return EntryPath.of(bytes(inner));
        } catch (IllegalArgumentException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "'" + Texts.printable(text) + "' is not a path: " + e.getMessage(), e);
        }
    }
}
