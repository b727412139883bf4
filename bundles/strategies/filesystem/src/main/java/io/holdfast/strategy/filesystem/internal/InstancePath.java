package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * An absolute path of this node as bytes, and the text that stands for it in an instance's id.
 *
 * <p>The text is the path in UTF-8, in which {@code %XX} stands for one byte. Control characters, bytes that are no UTF-8 and the
 * percent sign itself are always written so, everything else never: one path has one text.
 */
final class InstancePath {

    private static final int MAX_LENGTH = 1024;
    private static final int MAX_NAME = 255;
    private static final String HEX = "0123456789ABCDEF";

    private InstancePath() {}

    /**
     * Reads the text.
     *
     * @return the path: absolute, without empty and {@code .} segments, no slash at the end
     * @throws PluginException {@code INVALID_CONFIG} saying what is wrong
     */
    static byte[] parse(String text) throws PluginException {
        if (text.length() > MAX_LENGTH) {
            throw invalid("the path has " + text.length() + " characters, at most " + MAX_LENGTH + " are allowed");
        }
        return normalise(decode(text), text);
    }

    /** A path that is written literally, without percent-encoding. */
    static byte[] literal(String text) throws PluginException {
        return normalise(utf8(text, text), text);
    }

    private static byte[] decode(String text) throws PluginException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int from = 0;
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
            bytes.writeBytes(utf8(text.substring(from, at), text));
            int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
            int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw invalid("'" + printable(text) + "': '%' must be followed by the two hexadecimal digits of a byte;"
                        + " a percent sign itself is written %25");
            }
            bytes.write(high << 4 | low);
            from = at + 3;
        }
        bytes.writeBytes(utf8(text.substring(from), text));
        return bytes.toByteArray();
    }

    private static byte[] utf8(String part, String text) throws PluginException {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(part));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw invalid("'" + printable(text) + "' is no valid text; write bytes that are no UTF-8 as %XX");
        }
    }

    private static byte[] normalise(byte[] path, String text) throws PluginException {
        if (path.length == 0) {
            throw invalid("the path is empty; name a directory by its absolute path");
        }
        if (path[0] != '/') {
            throw invalid("'" + printable(text) + "' is not an absolute path; it must begin with '/'");
        }
        ByteArrayOutputStream clean = new ByteArrayOutputStream(path.length);
        int from = 1;
        while (from <= path.length) {
            int to = from;
            while (to < path.length && path[to] != '/') {
                if (path[to] == 0) {
                    throw invalid("the path has a NUL byte");
                }
                to++;
            }
            int length = to - from;
            if (length > MAX_NAME) {
                throw invalid("'" + printable(text) + "' has a segment of more than " + MAX_NAME + " bytes");
            }
            if (length == 2 && path[from] == '.' && path[from + 1] == '.') {
                throw invalid("'" + printable(text) + "' has a '..'; write the path without it");
            }
            if (length > 1 || length == 1 && path[from] != '.') {
                clean.write('/');
                clean.write(path, from, length);
            }
            from = to + 1;
        }
        return clean.size() == 0 ? new byte[] {'/'} : clean.toByteArray();
    }

    /** The text of a path. */
    static String format(byte[] path) {
        StringBuilder text = new StringBuilder(path.length + 8);
        for (int at = 0; at < path.length; ) {
            int length = characterLength(path, at);
            int first = path[at] & 0xff;
            if (length == 0 || length == 1 && (first < 0x20 || first == 0x7f || first == '%')) {
                text.append('%').append(HEX.charAt(first >> 4)).append(HEX.charAt(first & 15));
                at++;
            } else {
                text.append(new String(path, at, length, StandardCharsets.UTF_8));
                at += length;
            }
        }
        return text.toString();
    }

    /** Bytes of the UTF-8 character there; 0 if there is none, or one of the C1 controls. */
    private static int characterLength(byte[] path, int at) {
        int lead = path[at] & 0xff;
        if (lead < 0x80) {
            return 1;
        }
        int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (at + length > path.length) {
            return 0;
        }
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path, at, length));
            return Character.isISOControl(decoded.charAt(0)) ? 0 : length;
        } catch (CharacterCodingException e) {
            return 0;
        }
    }

    /** What people call the directory: its last segment, at most 255 characters. */
    static String name(byte[] path) {
        String text = format(path);
        String name = text.substring(text.lastIndexOf('/') + 1);
        return name.isEmpty() ? "/" : name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    }

    /** Whether the path is that directory or lies below it. */
    static boolean isWithin(byte[] path, byte[] directory) {
        int n = directory.length == 1 ? 0 : directory.length;
        return path.length >= n
                && java.util.Arrays.equals(path, 0, n, directory, 0, n)
                && (path.length == n || path[n] == '/');
    }

    static PluginException invalid(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, message);
    }

    private static String printable(String text) {
        String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
