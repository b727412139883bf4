package io.holdfast.testkit.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares two trees of files: names, kinds, content, permissions, owners, times, link targets, hard links, device numbers,
 * holes and extended attributes. Names may be any bytes. Uses the JDK alone, and, where they are installed, {@code find} (GNU) for
 * holes and {@code getfattr} for attributes outside of the namespace {@code user} (access lists among them); the result says
 * what could not be compared. Works on Linux; paths of more than 4,095 bytes are not reached.
 *
 * <p>{@code java -cp ... io.holdfast.testkit.tree.TreeComparison EXPECTED ACTUAL} prints the differences; exit code 0 if there are
 * none, 1 if there are, 2 if the trees could not be compared.
 */
public final class TreeComparison {

    /** What is compared of each entry besides its name and kind. */
    public enum Aspect {
        /** Every byte, and the size. */
        CONTENT,
        /** Permission, set-id and sticky bits; not of symbolic links, which have none. */
        MODE,
        /** User and group, by number. */
        OWNER,
        /** Modification time to the nanosecond. */
        MODIFIED,
        /** Where symbolic links point. */
        LINK_TARGET,
        /** Which names are the same file. */
        HARD_LINKS,
        /** Device numbers of special files. */
        DEVICE,
        /** Extended attributes. */
        ATTRIBUTES,
        /** That files with holes take about as little room as before. */
        HOLES
    }

    /**
     * What was found.
     *
     * @param differences the first ones, each beginning with the path relative to the trees
     * @param count how many there are
     * @param entries how many entries the expected tree has, its root included
     * @param bytes how many bytes of content were compared
     * @param notCompared what could not be compared on this machine, and why
     */
    public record Result(List<String> differences, long count, long entries, long bytes, List<String> notCompared) {

        /** Whether no difference was found. */
        public boolean same() {
            return count == 0;
        }
    }

    private static final int SHOWN = 100;
    private static final int BUFFER = 1 << 18;
    private static final String FIELDS = "unix:mode,uid,gid,ino,dev,rdev,nlink,size,lastModifiedTime";
    private static final int TYPE = 0xf000;

    private final Path expected;
    private final Path actual;
    private final Set<Aspect> aspects;
    private final List<String> differences = new ArrayList<>();
    private final List<String> notCompared = new ArrayList<>();
    private final Map<String, Path> expectedInodes = new HashMap<>();
    private final Map<String, Path> actualInodes = new HashMap<>();
    private long count;
    private long entries;
    private long bytes;

    private TreeComparison(Path expected, Path actual, Set<Aspect> aspects) {
        this.expected = expected;
        this.actual = actual;
        this.aspects = aspects;
    }

    /** Compares everything. */
    public static Result compare(Path expected, Path actual) throws IOException {
        return compare(expected, actual, EnumSet.allOf(Aspect.class));
    }

    /**
     * Compares some aspects.
     *
     * @throws IOException if one of the trees cannot be read
     */
    public static Result compare(Path expected, Path actual, Set<Aspect> aspects) throws IOException {
        TreeComparison comparison = new TreeComparison(expected, actual, EnumSet.copyOf(aspects));
        comparison.entry(Path.of(""), expected, actual);
        if (comparison.compares(Aspect.HOLES)) {
            comparison.holes();
        }
        if (comparison.compares(Aspect.ATTRIBUTES)) {
            comparison.allAttributes();
        }
        return new Result(
                List.copyOf(comparison.differences),
                comparison.count,
                comparison.entries,
                comparison.bytes,
                List.copyOf(comparison.notCompared));
    }

    private boolean compares(Aspect aspect) {
        return aspects.contains(aspect);
    }

    private void differ(Path relative, String what) {
        count++;
        if (differences.size() < SHOWN) {
            differences.add((relative.toString().isEmpty() ? "." : relative) + ": " + what);
        }
    }

    private static Map<String, Object> attributes(Path file) throws IOException {
        return Files.readAttributes(file, FIELDS, LinkOption.NOFOLLOW_LINKS);
    }

    private static int number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.intValue() : 0;
    }

    private void entry(Path relative, Path one, Path other) throws IOException {
        entries++;
        Map<String, Object> a = attributes(one);
        Map<String, Object> b = attributes(other);
        int type = number(a, "mode") & TYPE;
        if (type != (number(b, "mode") & TYPE)) {
            differ(relative, "is " + kind(type) + ", but became " + kind(number(b, "mode") & TYPE));
            return;
        }
        if (compares(Aspect.MODE) && type != 0xa000 && number(a, "mode") != number(b, "mode")) {
            differ(relative, "permissions " + octal(a) + ", but became " + octal(b));
        }
        if (compares(Aspect.OWNER)) {
            plain(relative, "owner", a.get("uid"), b.get("uid"));
            plain(relative, "group", a.get("gid"), b.get("gid"));
        }
        if (compares(Aspect.MODIFIED)) {
            plain(relative, "modified", (FileTime) a.get("lastModifiedTime"), b.get("lastModifiedTime"));
        }
        if (compares(Aspect.DEVICE) && (type == 0x2000 || type == 0x6000)) {
            plain(relative, "device", a.get("rdev"), b.get("rdev"));
        }
        switch (type) {
            case 0x4000 -> directory(relative, one, other);
            case 0xa000 -> link(relative, one, other);
            case 0x8000 -> file(relative, one, other, a, b);
            default -> {} // a special file is told by its attributes
        }
        if (compares(Aspect.ATTRIBUTES) && (type == 0x4000 || type == 0x8000)) {
            plain(relative, "user attributes", userAttributes(one), userAttributes(other));
        }
    }

    private void plain(Path relative, String what, @Nullable Object one, @Nullable Object other) {
        if (!Objects.equals(one, other)) {
            differ(relative, what + " " + one + ", but became " + other);
        }
    }

    private static String octal(Map<String, Object> attributes) {
        return Integer.toOctalString(number(attributes, "mode") & 07777);
    }

    private static String kind(int type) {
        return switch (type) {
            case 0x4000 -> "a directory";
            case 0x8000 -> "a file";
            case 0xa000 -> "a symbolic link";
            case 0x1000 -> "a pipe";
            case 0xc000 -> "a socket";
            case 0x2000 -> "a character device";
            case 0x6000 -> "a block device";
            default -> "something unknown";
        };
    }

    private void directory(Path relative, Path one, Path other) throws IOException {
        Map<Path, Path> here = children(one);
        Map<Path, Path> there = children(other);
        for (Map.Entry<Path, Path> child : here.entrySet()) {
            Path path = relative.resolve(child.getKey());
            Path counterpart = there.remove(child.getKey());
            if (counterpart == null) {
                entries++;
                differ(path, "is missing");
            } else {
                entry(path, child.getValue(), counterpart);
            }
        }
        for (Path extra : there.keySet()) {
            differ(relative.resolve(extra), "was not there before");
        }
    }

    private static Map<Path, Path> children(Path directory) throws IOException {
        Map<Path, Path> children = new TreeMap<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                Path name = child.getFileName();
                if (name != null) {
                    children.put(name, child);
                }
            }
        }
        return children;
    }

    private void link(Path relative, Path one, Path other) throws IOException {
        if (compares(Aspect.LINK_TARGET)) {
            plain(relative, "link to", Files.readSymbolicLink(one), Files.readSymbolicLink(other));
        }
    }

    private void file(Path relative, Path one, Path other, Map<String, Object> a, Map<String, Object> b)
            throws IOException {
        if (compares(Aspect.HARD_LINKS)) {
            Path first = first(expectedInodes, a, relative);
            Path second = first(actualInodes, b, relative);
            if (!first.equals(second)) {
                differ(relative, "is the same file as " + first + ", but became the same as " + second);
            }
            if (!first.equals(relative) && first.equals(second)) {
                return; // compared under its first name
            }
        }
        if (compares(Aspect.CONTENT)) {
            plain(relative, "size", a.get("size"), b.get("size"));
            if (Objects.equals(a.get("size"), b.get("size"))) {
                content(relative, one, other);
            }
        }
    }

    private static Path first(Map<String, Path> inodes, Map<String, Object> attributes, Path relative) {
        if (number(attributes, "nlink") < 2) {
            return relative;
        }
        Path known = inodes.putIfAbsent(attributes.get("dev") + ":" + attributes.get("ino"), relative);
        return known == null ? relative : known;
    }

    private void content(Path relative, Path one, Path other) throws IOException {
        try (InputStream a = Files.newInputStream(one);
                InputStream b = Files.newInputStream(other)) {
            byte[] x = new byte[BUFFER];
            byte[] y = new byte[BUFFER];
            long at = 0;
            while (true) {
                int n = a.readNBytes(x, 0, BUFFER);
                int m = b.readNBytes(y, 0, BUFFER);
                int mismatch = Arrays.mismatch(x, 0, n, y, 0, m);
                if (mismatch >= 0) {
                    differ(relative, "content differs from byte " + (at + mismatch) + " on");
                    return;
                }
                at += n;
                bytes += n;
                if (n < BUFFER) {
                    return;
                }
            }
        }
    }

    private static Map<String, String> userAttributes(Path file) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Map<String, String> found = new TreeMap<>();
        if (view == null) {
            return found;
        }
        try {
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                found.put(name, java.util.HexFormat.of().formatHex(value.array(), 0, value.position()));
            }
        } catch (FileSystemException e) {
            return found; // a file system without attributes
        }
        return found;
    }

    private void holes() throws IOException {
        List<String> command = List.of("find", ".", "-type", "f", "-links", "1", "-printf", "%b %s %p\\0");
        Map<String, long[]> before = blocks(Tool.run(expected, command));
        Map<String, long[]> after = blocks(Tool.run(actual, command));
        if (before == null || after == null) {
            notCompared.add("holes: 'find' of GNU findutils is not installed");
            return;
        }
        before.forEach((path, was) -> {
            long[] is = after.get(path);
            boolean hadHoles = was[0] * 512 < was[1];
            // a file system may need a little more for its own bookkeeping
            if (is != null && hadHoles && is[0] > was[0] + was[0] / 8 + 64) {
                differ(Path.of(path).normalize(), "took " + was[0] + " blocks of 512 bytes, but became " + is[0]);
            }
        });
    }

    private static @Nullable Map<String, long[]> blocks(@Nullable String output) {
        if (output == null) {
            return null;
        }
        Map<String, long[]> found = new HashMap<>();
        for (String line : output.split("\0", -1)) {
            String[] parts = line.split(" ", 3);
            if (parts.length == 3) {
                found.put(printable(parts[2]), new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])});
            }
        }
        return found;
    }

    private static String printable(String path) {
        StringBuilder text = new StringBuilder();
        path.chars().forEach(c -> text.append(c < 0x80 ? String.valueOf((char) c) : "%" + Integer.toHexString(c)));
        return text.toString();
    }

    private void allAttributes() throws IOException {
        List<String> command = List.of("getfattr", "-R", "-P", "-h", "-d", "-m", "-", "-e", "hex", ".");
        Map<String, String> before = blocksOf(Tool.run(expected, command));
        Map<String, String> after = blocksOf(Tool.run(actual, command));
        if (before == null || after == null) {
            notCompared.add("extended attributes other than user.*: 'getfattr' is not installed");
            return;
        }
        for (Map.Entry<String, String> each : before.entrySet()) {
            plain(Path.of(each.getKey()), "attributes", each.getValue(), after.remove(each.getKey()));
        }
        after.forEach((path, attributes) -> differ(Path.of(path), "attributes were not there before: " + attributes));
    }

    private static @Nullable Map<String, String> blocksOf(@Nullable String output) {
        if (output == null) {
            return null;
        }
        Map<String, String> found = new TreeMap<>();
        for (String block : output.split("\n\n")) {
            List<String> lines = new ArrayList<>(List.of(block.strip().split("\n")));
            if (lines.size() > 1 && lines.get(0).startsWith("# file: ")) {
                String path = lines.remove(0).substring(8);
                lines.sort(null);
                found.put(path, String.join(" ", lines));
            }
        }
        return found;
    }

    /** Compares the trees that are given as arguments. */
    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("usage: TreeComparison EXPECTED ACTUAL");
            System.exit(2);
        }
        try {
            Result result = compare(Path.of(arguments[0]), Path.of(arguments[1]));
            result.differences().forEach(System.out::println);
            result.notCompared().forEach(line -> System.out.println("not compared: " + line));
            System.out.println(
                    result.entries() + " entries, " + result.bytes() + " bytes, " + result.count() + " differences");
            System.exit(result.same() ? 0 : 1);
        } catch (IOException e) {
            System.err.println("cannot compare: " + e);
            System.exit(2);
        }
    }
}
