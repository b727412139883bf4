package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.destination.ObjectKey;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a key is kept below {@code objects/}: {@code packs/ab/c1} in the file {@code packs+/ab+/c1}. Both {@code packs} and
 * {@code packs/ab} may be keys; {@code +}, which no key contains, keeps directories apart from objects.
 */
final class KeyLayout {

    private static final char DIRECTORY_MARK = '+';

    private KeyLayout() {}

    static Path fileOf(Path objects, ObjectKey key) {
        return objects.resolve(key.value().replace("/", DIRECTORY_MARK + "/"));
    }

    /** The directory of keys that start with that prefix; it ends with a slash. */
    static Path directoryOf(Path objects, String prefix) {
        return objects.resolve(prefix.replace("/", DIRECTORY_MARK + "/"));
    }

    /**
     * What a name in a directory stands for: {@code name} for an object, {@code name/} for a directory.
     *
     * @return empty for what is none of ours, such as files that a network file system hides
     */
    static Optional<String> decode(String fileName) {
        boolean directory = !fileName.isEmpty() && fileName.charAt(fileName.length() - 1) == DIRECTORY_MARK;
        String segment = directory ? fileName.substring(0, fileName.length() - 1) : fileName;
        if (!isSegment(segment)) {
            return Optional.empty();
        }
        return Optional.of(directory ? segment + "/" : segment);
    }

    private static boolean isSegment(String name) {
        if (name.isEmpty() || name.length() > 128 || name.charAt(0) == '.') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean allowed = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
