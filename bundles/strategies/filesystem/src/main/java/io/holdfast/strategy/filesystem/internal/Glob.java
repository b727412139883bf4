package io.holdfast.strategy.filesystem.internal;

import java.nio.charset.StandardCharsets;

/**
 * Matches one name against one segment of a pattern as git's {@code wildmatch} does: {@code *}, {@code ?}, brackets with
 * ranges and classes, backslash. Works on bytes, since names need not be text; where they are UTF-8, {@code ?} and a
 * bracket take a whole character (git takes a byte).
 */
final class Glob {

    private static final int NOT_TEXT = 0x110000;

    private final byte[] pattern;
    private final boolean literal;

    Glob(byte[] pattern) {
        this.pattern = pattern;
        this.literal = new String(pattern, StandardCharsets.ISO_8859_1)
                .chars()
                .noneMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
    }

    /** Whether the pattern matches the bytes from {@code from} to {@code to}. */
    boolean matches(byte[] name, int from, int to) {
        if (literal) {
            return java.util.Arrays.equals(pattern, 0, pattern.length, name, from, to);
        }
        return matches(0, name, from, to);
    }

    private boolean matches(int start, byte[] name, int from, int to) {
        int p = start;
        int i = from;
        int starP = -1; // where to go on after the last star, and the first byte that it does not take yet
        int starI = -1;
        while (true) {
            if (p < pattern.length && pattern[p] == '*') {
                while (p < pattern.length && pattern[p] == '*') {
                    p++;
                }
                starP = p;
                starI = i;
                continue;
            }
            if (i == to && p == pattern.length) {
                return true;
            }
            int next = i < to && p < pattern.length ? one(p, name, i, to) : -1;
            if (next >= 0) {
                p = next;
                i += length(name, i, to);
                continue;
            }
            if (starP < 0 || starI >= to) {
                return false;
            }
            starI += length(name, starI, to);
            p = starP;
            i = starI;
        }
    }

    /** Matches one character; where the pattern goes on, or -1. */
    private int one(int p, byte[] name, int i, int to) {
        int c = decode(name, i, to);
        switch (pattern[p]) {
            case '?':
                return p + 1;
            case '[':
                return bracket(p + 1, c);
            case '\\':
                if (p + 1 == pattern.length) {
                    return -1;
                }
                return decode(pattern, p + 1, pattern.length) == c
                        ? p + 1 + length(pattern, p + 1, pattern.length)
                        : -1;
            default:
                return decode(pattern, p, pattern.length) == c ? p + length(pattern, p, pattern.length) : -1;
        }
    }

    private int bracket(int start, int c) {
        int p = start;
        boolean negated = p < pattern.length && (pattern[p] == '!' || pattern[p] == '^');
        if (negated) {
            p++;
        }
        boolean matched = false;
        int low = -1; // the character before, which a dash may make the start of a range
        for (boolean first = true; ; first = false) {
            if (p >= pattern.length) {
                return -1; // never closed: matches nothing
            }
            if (pattern[p] == ']' && !first) {
                return matched != negated ? p + 1 : -1;
            }
            if (pattern[p] == '[' && p + 1 < pattern.length && pattern[p + 1] == ':') {
                int end = classEnd(p + 2);
                if (end > 0) {
                    String named = new String(pattern, p + 2, end - p - 2, StandardCharsets.ISO_8859_1);
                    int verdict = inClass(named, c);
                    if (verdict < 0) {
                        return -1;
                    }
                    matched |= verdict > 0;
                    p = end + 2;
                    low = -1;
                    continue;
                }
            }
            boolean range = pattern[p] == '-' && low >= 0 && p + 1 < pattern.length && pattern[p + 1] != ']';
            if (range) {
                p++;
            }
            if (pattern[p] == '\\') {
                p++;
                if (p >= pattern.length) {
                    return -1;
                }
            }
            int here = decode(pattern, p, pattern.length);
            p += length(pattern, p, pattern.length);
            matched |= range ? c >= low && c <= here : c == here;
            low = range ? -1 : here;
        }
    }

    private int classEnd(int from) {
        for (int i = from; i + 1 < pattern.length; i++) {
            if (pattern[i] == ':' && pattern[i + 1] == ']') {
                return i;
            }
            if (pattern[i] < 'a' || pattern[i] > 'z') {
                return -1;
            }
        }
        return -1;
    }

    /** 1 if in the class, 0 if not, -1 if there is no such class; classes are those of ASCII. */
    private static int inClass(String named, int c) {
        boolean upper = c >= 'A' && c <= 'Z';
        boolean lower = c >= 'a' && c <= 'z';
        boolean digit = c >= '0' && c <= '9';
        boolean graph = c > ' ' && c < 0x7f;
        Boolean in =
                switch (named) {
                    case "alpha" -> upper || lower;
                    case "digit" -> digit;
                    case "alnum" -> upper || lower || digit;
                    case "upper" -> upper;
                    case "lower" -> lower;
                    case "blank" -> c == ' ' || c == '\t';
                    case "space" -> c == ' ' || c >= '\t' && c <= '\r';
                    case "cntrl" -> c < ' ' || c == 0x7f;
                    case "graph" -> graph;
                    case "print" -> graph || c == ' ';
                    case "punct" -> graph && !upper && !lower && !digit;
                    case "xdigit" -> digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
                    default -> null;
                };
        return in == null ? -1 : in ? 1 : 0;
    }

    /** How many bytes the character at this place has: 1 where the bytes are no UTF-8. */
    private static int length(byte[] b, int at, int to) {
        int lead = b[at] & 0xff;
        int n = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
        if (at + n > to) {
            return 1;
        }
        for (int i = 1; i < n; i++) {
            if ((b[at + i] & 0xc0) != 0x80) {
                return 1;
            }
        }
        return n;
    }

    private static int decode(byte[] b, int at, int to) {
        int n = length(b, at, to);
        int lead = b[at] & 0xff;
        if (n == 1) {
            return lead < 0x80 ? lead : NOT_TEXT + lead;
        }
        int c = lead & (0xff >> (n + 1));
        for (int i = 1; i < n; i++) {
            c = c << 6 | b[at + i] & 0x3f;
        }
        return c;
    }
}
