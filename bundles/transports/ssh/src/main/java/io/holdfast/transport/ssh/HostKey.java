package io.holdfast.transport.ssh;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The public key by which a host is recognised.
 *
 * @param type as in the protocol: {@code ssh-ed25519}, {@code ecdsa-sha2-nistp256}, {@code ssh-rsa}, ...
 * @param base64 the key as {@code known_hosts} and {@code *.pub} files have it
 */
public record HostKey(String type, String base64) {

    /** As OpenSSH shows it: {@code SHA256:} and the unpadded Base64 of the hash. */
    public String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(base64));
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The line to keep once an administrator has confirmed it. */
    public String line() {
        return type + " " + base64;
    }

    /** Type and fingerprint, for people. */
    @Override
    public String toString() {
        return type + " " + fingerprint();
    }
}
