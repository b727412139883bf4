package io.holdfast.strategy.filesystem.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** Names of users and groups as this node knows them, each asked for once. */
class Accounts {

    private static final int MANY = 10_000;

    private final Kernel kernel;
    private final Map<Integer, byte[]> userNames = new ConcurrentHashMap<>();
    private final Map<Integer, byte[]> groupNames = new ConcurrentHashMap<>();
    private final Map<String, OptionalInt> users = new ConcurrentHashMap<>();
    private final Map<String, OptionalInt> groups = new ConcurrentHashMap<>();

    Accounts(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The user's name; empty if this node knows none. */
    byte[] userName(int user) {
        return bounded(userNames).computeIfAbsent(user, id -> name(id, true));
    }

    byte[] groupName(int group) {
        return bounded(groupNames).computeIfAbsent(group, id -> name(id, false));
    }

    /** The number of the user of that name. */
    OptionalInt user(byte[] name) {
        return bounded(users).computeIfAbsent(new String(name, StandardCharsets.ISO_8859_1), n -> number(n, true));
    }

    OptionalInt group(byte[] name) {
        return bounded(groups).computeIfAbsent(new String(name, StandardCharsets.ISO_8859_1), n -> number(n, false));
    }

    private static <K, V> Map<K, V> bounded(Map<K, V> cache) {
        if (cache.size() > MANY) {
            cache.clear();
        }
        return cache;
    }

    // struct passwd and struct group both begin with the name and a second pointer; then passwd has the user's number,
    // and
    // group the group's. After the structure, at 64, comes the pointer to the result, null if there is none.
    private byte[] name(int id, boolean user) {
        Scratch s = kernel.scratch();
        long result = s.structAddress();
        long found = result + 64;
        int rc = user
                ? LibC.getpwuid_r(id, result, s.valueAddress(), Scratch.VALUE_BYTES, found)
                : LibC.getgrgid_r(id, result, s.valueAddress(), Scratch.VALUE_BYTES, found);
        if (rc != 0 || s.memory().getLong(s.structOffset() + 64) == 0) {
            return new byte[0];
        }
        return s.textAt(s.memory().getLong(s.structOffset()));
    }

    private OptionalInt number(String name, boolean user) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length == 0 || bytes.length > 255) {
            return OptionalInt.empty();
        }
        Scratch s = kernel.scratch();
        long result = s.structAddress();
        long found = result + 64;
        int rc;
        try {
            long path = s.path(bytes);
            rc = user
                    ? LibC.getpwnam_r(path, result, s.valueAddress(), Scratch.VALUE_BYTES, found)
                    : LibC.getgrnam_r(path, result, s.valueAddress(), Scratch.VALUE_BYTES, found);
        } catch (ErrnoException e) {
            return OptionalInt.empty();
        }
        if (rc != 0 || s.memory().getLong(s.structOffset() + 64) == 0) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(s.memory().getInt(s.structOffset() + 16));
    }
}
