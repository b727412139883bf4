package io.holdfast.strategy.filesystem.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One line of a {@code .gitignore} file in the instance's directory, with exactly git's meaning. */
final class IgnorePattern {

    private final boolean negated;
    private final boolean directoriesOnly;
    private final boolean anchored;
    private final List<Glob> segments;
    private final boolean[] doubleStar;

    private IgnorePattern(boolean negated, boolean directoriesOnly, boolean anchored, List<byte[]> parts) {
        this.negated = negated;
        this.directoriesOnly = directoriesOnly;
        this.anchored = anchored;
        this.segments = parts.stream().map(Glob::new).toList();
        this.doubleStar = new boolean[parts.size()];
        for (int i = 0; i < doubleStar.length; i++) {
            doubleStar[i] = anchored && new String(parts.get(i), StandardCharsets.ISO_8859_1).equals("**");
        }
    }

    /** Reads a line; empty for a comment or a blank one. */
    static Optional<IgnorePattern> parse(String line) {
        String text = stripTrailingSpaces(line);
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        boolean negated = text.startsWith("!");
        if (negated) {
            text = text.substring(1);
        }
        boolean directoriesOnly = text.endsWith("/");
        if (directoriesOnly) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.isEmpty()) {
            return Optional.empty();
        }
        boolean anchored = text.indexOf('/') >= 0;
        if (text.startsWith("/")) {
            text = text.substring(1);
        }
        return Optional.of(new IgnorePattern(negated, directoriesOnly, anchored, split(text)));
    }

    private static String stripTrailingSpaces(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ') {
            int slashes = 0;
            while (end - 2 - slashes >= 0 && line.charAt(end - 2 - slashes) == '\\') {
                slashes++;
            }
            if (slashes % 2 == 1) {
                break;
            }
            end--;
        }
        return line.substring(0, end);
    }

    private static List<byte[]> split(String text) {
        List<byte[]> parts = new ArrayList<>();
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 1 < bytes.length && bytes[i + 1] == '/') {
                continue;
            }
            if (bytes[i] == '\\' && i + 1 < bytes.length) {
                part.write(bytes[i++]);
                part.write(bytes[i]);
            } else if (bytes[i] == '/') {
                parts.add(part.toByteArray());
                part.reset();
            } else {
                part.write(bytes[i]);
            }
        }
        parts.add(part.toByteArray());
        return parts;
    }

    boolean negated() {
        return negated;
    }

    /** Whether the pattern matches this very path, relative to the instance's directory. */
    boolean matches(byte[] path, boolean directory) {
        if (directoriesOnly && !directory) {
            return false;
        }
        if (!anchored) {
            return segments.get(0).matches(path, nameStart(path), path.length);
        }
        return matches(0, path, 0);
    }

    private boolean matches(int segment, byte[] path, int from) {
        boolean atEnd = from > path.length;
        if (segment == segments.size()) {
            return atEnd;
        }
        if (doubleStar[segment]) {
            if (segment == segments.size() - 1) {
                return !atEnd;
            }
            for (int at = from; at <= path.length; at = segmentEnd(path, at) + 1) {
                if (matches(segment + 1, path, at)) {
                    return true;
                }
            }
            return false;
        }
        if (atEnd) {
            return false;
        }
        int end = segmentEnd(path, from);
        return segments.get(segment).matches(path, from, end) && matches(segment + 1, path, end + 1);
    }

    /** Whether something below this directory could match. */
    boolean mayMatchBelow(byte[] directory) {
        if (!anchored) {
            return true;
        }
        int from = 0;
        for (int segment = 0; segment < segments.size(); segment++) {
            if (from > directory.length || doubleStar[segment]) {
                return true;
            }
            int end = segmentEnd(directory, from);
            if (!segments.get(segment).matches(directory, from, end)) {
                return false;
            }
            from = end + 1;
        }
        return false;
    }

    private static int segmentEnd(byte[] path, int from) {
        int end = from;
        while (end < path.length && path[end] != '/') {
            end++;
        }
        return end;
    }

    private static int nameStart(byte[] path) {
        int start = path.length;
        while (start > 0 && path[start - 1] != '/') {
            start--;
        }
        return start;
    }
}
