package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory as it was at one moment: of each entry, by its name in bytes, what {@code find} says of it, its content and
 * its extended attributes. Written independently of the product, which it judges.
 */
public final class TreeImage {

    private static final int FIELDS = 11;
    private static final int BLOCK = 512;
    private static final int SHOWN = 20;
    private static final byte[] ZEROES = new byte[1 << 16];

    private final Map<String, String> entries = new TreeMap<>();

    private TreeImage() {}

    /** Reads a directory. */
    public static TreeImage of(Path root) {
        TreeImage image = new TreeImage();
        Map<String, String> firstNames = new HashMap<>();
        String listing = Command.run(
                "find", root.toString(), "-printf", "%P\\0%y\\0%m\\0%U\\0%G\\0%T@\\0%s\\0%b\\0%n\\0%i\\0%l\\0");
        String[] fields = listing.split("\0", -1);
        for (int i = 0; i + FIELDS <= fields.length; i += FIELDS) {
            Entry entry = new Entry(List.of(fields).subList(i, i + FIELDS));
            image.entries.put(entry.name(), entry.facts(root, firstNames));
        }
        return image;
    }

    /** What a line of {@code find} says. Names are bytes, each a character. */
    private record Entry(List<String> fields) {

        String name() {
            return fields.get(0);
        }

        String facts(Path root, Map<String, String> firstNames) {
            String type = fields.get(1);
            StringBuilder facts = new StringBuilder("type=" + type);
            facts.append(" mode=").append(fields.get(2));
            facts.append(" owner=").append(fields.get(3)).append(':').append(fields.get(4));
            facts.append(" modified=").append(fields.get(5));
            if (type.equals("l")) {
                return facts.append(" target=").append(fields.get(10)).toString();
            }
            Path path = path(root, name());
            facts.append(extendedAttributes(path));
            if (!type.equals("d")) {
                facts.append(" links=").append(fields.get(8));
                facts.append(" first-name=")
                        .append(firstNames.computeIfAbsent(fields.get(9), inode -> group(root, path)));
            }
            if (type.equals("f")) {
                long size = Long.parseLong(fields.get(6));
                facts.append(" size=").append(size);
                facts.append(Long.parseLong(fields.get(7)) * BLOCK < size / 2 ? " sparse" : "");
                facts.append(" sha256=").append(hash(path));
            }
            return facts.toString();
        }

        /** The names that a file has, the same whatever order they are found in. */
        private String group(Path root, Path path) {
            if (fields.get(8).equals("1")) {
                return "itself";
            }
            return String.join(
                    "|",
                    new TreeSet<>(List.of(
                            Command.run("find", root.toString(), "-samefile", path.toString(), "-printf", "%P\\0")
                                    .split("\0"))));
        }
    }

    /** The path of a name in bytes: Java's paths keep what a URI says, whatever the encoding. */
    static Path path(Path root, String name) {
        StringBuilder uri = new StringBuilder(root.toUri().toString());
        if (uri.charAt(uri.length() - 1) != '/') {
            uri.append('/');
        }
        for (byte b : name.getBytes(StandardCharsets.ISO_8859_1)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && Character.isLetterOrDigit(c) || c == '/' || c == '.' || c == '-' || c == '_';
            uri.append(plain ? Character.toString(c) : String.format("%%%02X", (int) c));
        }
        return Path.of(java.net.URI.create(uri.toString()));
    }

    private static String extendedAttributes(Path path) {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isReadable(path) || !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            return "";
        }
        try {
            StringBuilder text = new StringBuilder();
            for (String name : new TreeSet<>(view.list())) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                text.append(" xattr:")
                        .append(name)
                        .append('=')
                        .append(HexFormat.of().formatHex(value.array()));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[ZEROES.length];
            long number = 0;
            for (int n = in.readNBytes(block, 0, block.length); n > 0; n = in.readNBytes(block, 0, block.length)) {
                number++;
                if (!Arrays.equals(block, 0, n, ZEROES, 0, n)) { // holes are many, and slow to hash
                    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
                    digest.update(block, 0, n);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many entries there are, with the root. */
    public int size() {
        return entries.size();
    }

    /** Names in bytes, each byte a character. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** What is different elsewhere, in sentences; empty if nothing is. At most some. */
    public List<String> differencesTo(TreeImage other) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(entries.keySet());
        names.addAll(other.entries.keySet());
        for (String name : names) {
            String here = entries.get(name);
            String there = other.entries.get(name);
            if (here == null) {
                differences.add("'" + name + "' is there although it should not be: " + there);
            } else if (there == null) {
                differences.add("'" + name + "' is missing: " + here);
            } else if (!here.equals(there)) {
                differences.add("'" + name + "' should be\n    " + here + "\nbut is\n    " + there);
            }
        }
        return differences.subList(0, Math.min(SHOWN, differences.size()));
    }
}
