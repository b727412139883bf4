package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.holdfast.transport.ssh.HostKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The confirmed keys of one host, in the way in which JSch asks for them; remembers what the host showed. */
final class PinnedKeys implements HostKeyRepository {

    private final String host;
    private final List<HostKey> pinned;
    private volatile @Nullable HostKey shown;

    PinnedKeys(String host, List<HostKey> pinned) {
        this.host = host;
        this.pinned = pinned;
    }

    Optional<HostKey> shown() {
        return Optional.ofNullable(shown);
    }

    List<HostKey> pinned() {
        return pinned;
    }

    @Override
    public int check(String name, byte[] key) {
        HostKey offered = new HostKey(type(key), Base64.getEncoder().encodeToString(key));
        shown = offered;
        if (pinned.contains(offered)) {
            return OK;
        }
        return pinned.isEmpty() ? NOT_INCLUDED : CHANGED;
    }

    /** RFC 4253, 6.6: a key begins with the name of its type, as a string with a length of four bytes. */
    private static String type(byte[] key) {
        int length =
                key.length < 4 ? -1 : (key[0] & 255) << 24 | (key[1] & 255) << 16 | (key[2] & 255) << 8 | key[3] & 255;
        if (length < 0 || length > Math.min(64, key.length - 4)) {
            return "unknown";
        }
        return new String(key, 4, length, java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Override
    public void add(com.jcraft.jsch.HostKey key, UserInfo ui) {
        // nothing is ever believed because it was seen
    }

    @Override
    public void remove(String name, String type) {
        // only an administrator takes a key away
    }

    @Override
    public void remove(String name, String type, byte[] key) {
        // only an administrator takes a key away
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return "confirmed keys";
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey() {
        return getHostKey(host, null);
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey(String name, @Nullable String type) {
        return pinned.stream()
                .filter(key -> type == null || key.type().equals(type))
                .map(this::translated)
                .toArray(com.jcraft.jsch.HostKey[]::new);
    }

    private com.jcraft.jsch.HostKey translated(HostKey key) {
        try {
            return new com.jcraft.jsch.HostKey(host, Base64.getDecoder().decode(key.base64()));
        } catch (JSchException e) {
            throw new IllegalStateException("a key that was parsed before", e);
        }
    }
}
