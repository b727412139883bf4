package io.holdfast.transport.ssh;

/**
 * An account on a host.
 *
 * @param host name or address, not empty, without white space
 * @param port 1 to 65,535
 * @param user the account's name, not empty
 */
public record SshEndpoint(String host, int port, String user) {

    /** The port of SSH unless somebody chose another (RFC 4251). */
    public static final int DEFAULT_PORT = 22;

    /** Checks the ranges. */
    public SshEndpoint {
        if (host.isBlank() || host.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("not the name of a host: '" + host + "'");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        if (user.isEmpty()) {
            throw new IllegalArgumentException("the name of the user is empty");
        }
    }

    /** {@code user@host:port}, for messages. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port;
    }
}
