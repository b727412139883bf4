package io.holdfast.transport.ssh;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What proves who we are: a private key, a password, or both (the key is tried first). Shows no secret. */
public final class SshCredentials {

    /**
     * A private key.
     *
     * @param text the file's content: OpenSSH, PEM or PKCS#8; Ed25519, ECDSA or RSA (used with SHA-2)
     * @param passphrase opens an encrypted key; null if it is not encrypted
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Key(String text, char @Nullable [] passphrase) {
        @Override
        public String toString() {
            return "Key";
        }
    }

    private final @Nullable Key key;
    private final char @Nullable [] password;

    private SshCredentials(@Nullable Key key, char @Nullable [] password) {
        this.key = key;
        this.password = password;
    }

    /** A password. */
    public static SshCredentials password(char[] password) {
        return new SshCredentials(null, password.clone());
    }

    /**
     * A private key.
     *
     * @param passphrase null if the key is not encrypted
     */
    public static SshCredentials privateKey(String text, char @Nullable [] passphrase) {
        return new SshCredentials(new Key(text, passphrase == null ? null : passphrase.clone()), null);
    }

    /** The same with a password for hosts that want one, too. */
    public SshCredentials withPassword(char[] more) {
        return new SshCredentials(key, more.clone());
    }

    /** The private key, if there is one. */
    public Optional<Key> key() {
        return Optional.ofNullable(key);
    }

    /** A copy of the password, if there is one. */
    public Optional<char[]> password() {
        return Optional.ofNullable(password).map(char[]::clone);
    }

    @Override
    public String toString() {
        return "SshCredentials";
    }
}
