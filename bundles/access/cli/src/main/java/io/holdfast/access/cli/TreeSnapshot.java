package io.holdfast.access.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be seen of a directory tree, content included, so that what was restored can be compared with what
 * was there. Independent of the code that makes backups: it reads with the JDK alone.
 *
 * @param entries one line of facts for each entry, by its path; names that are not UTF-8 are percent-encoded
 * @param bytes length of all files
 */
record TreeSnapshot(Map<String, String> entries, long bytes) {

    private static final int BUFFER = 1 << 20;
    private static final int TYPE_AND_MODE = 0177777;

    /** What differs between this and another tree, one line each, at most {@code limit} of them. */
    List<String> differences(TreeSnapshot other, int limit) {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            String theirs = other.entries.get(entry.getKey());
            if (theirs == null) {
                found.add("missing: " + entry.getKey());
            } else if (!theirs.equals(entry.getValue())) {
                found.add("differs: " + entry.getKey() + "\n    was " + entry.getValue() + "\n    is  " + theirs);
            }
        }
        for (String path : other.entries.keySet()) {
            if (!entries.containsKey(path)) {
                found.add("not expected: " + path);
            }
        }
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** Reads a tree as it is now. */
    static TreeSnapshot of(Path root) throws IOException {
        return new Reader(root).read();
    }

    private static final class Reader {

        private final Path root;
        private final String prefix;
        private final Map<String, String> entries = new TreeMap<>();
        private final Map<Object, String> firstNames = new HashMap<>();
        private final List<Path> files = new ArrayList<>();
        private long bytes;

        Reader(Path root) {
            this.root = root;
            this.prefix = root.toUri().getRawPath();
        }

        TreeSnapshot read() throws IOException {
            visit(root);
            Map<String, String> hashes = files.parallelStream().collect(Collectors.toMap(this::name, Reader::hash));
            hashes.forEach((path, hash) -> entries.merge(path, hash, (facts, h) -> facts + " sha256=" + h));
            return new TreeSnapshot(entries, bytes);
        }

        private String name(Path path) {
            String raw = path.toUri().getRawPath();
            String relative = raw.length() <= prefix.length() ? "" : raw.substring(prefix.length());
            return relative.endsWith("/") ? relative.substring(0, relative.length() - 1) : relative;
        }

        private void visit(Path path) throws IOException {
            Map<String, Object> unix = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
            String name = name(path);
            boolean directory = get(unix, "isDirectory", Boolean.class);
            boolean regular = get(unix, "isRegularFile", Boolean.class);
            String first = directory ? null : firstNames.putIfAbsent(unix.get("fileKey"), name);
            entries.put(name, facts(path, unix, directory, first));
            if (regular && first == null) {
                bytes += get(unix, "size", Long.class);
                files.add(path);
            }
            if (directory) {
                List<Path> children = new ArrayList<>();
                try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
                    stream.forEach(children::add);
                }
                children.sort(java.util.Comparator.comparing(this::name));
                for (Path child : children) {
                    visit(child);
                }
            }
        }

        private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
            return type.cast(Objects.requireNonNull(attributes.get(name), name));
        }

        private String facts(Path path, Map<String, Object> unix, boolean directory, @Nullable String first)
                throws IOException {
            StringBuilder facts = new StringBuilder();
            facts.append("mode=").append(Integer.toOctalString(get(unix, "mode", Integer.class) & TYPE_AND_MODE));
            facts.append(" owner=").append(unix.get("uid")).append(':').append(unix.get("gid"));
            facts.append(" modified=")
                    .append(get(unix, "lastModifiedTime", FileTime.class).toInstant());
            facts.append(" device=").append(unix.get("rdev"));
            if (!directory) {
                facts.append(" size=").append(unix.get("size"));
                facts.append(" links=").append(unix.get("nlink"));
            }
            if (first != null) {
                facts.append(" same-file-as=").append(first);
            }
            if (get(unix, "isSymbolicLink", Boolean.class)) {
                facts.append(" target=").append(Files.readSymbolicLink(path));
            } else if (directory || get(unix, "isRegularFile", Boolean.class)) {
                // Nothing else: the JDK opens the file for this, and opening a named pipe waits for its other end.
                facts.append(extendedAttributes(path));
            }
            return facts.toString();
        }

        private static String extendedAttributes(Path path) throws IOException {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
            if (view == null || !Files.isReadable(path)) {
                return "";
            }
            StringBuilder text = new StringBuilder();
            for (String name : view.list().stream().sorted().toList()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                text.append(" xattr:")
                        .append(name)
                        .append('=')
                        .append(HexFormat.of().formatHex(value.array()));
            }
            return text.toString();
        }

        private static String hash(Path file) {
            try (InputStream in = Files.newInputStream(file)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (IOException e) {
                return "unreadable";
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
