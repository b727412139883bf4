package io.holdfast.transport.ssh;

import java.time.Duration;
import java.util.Optional;

/**
 * How to connect.
 *
 * @param connectTimeout for reaching the host and logging in
 * @param keepAlive how often a silent connection is asked whether it lives; after three such times of silence it is
 *     dead
 * @param jump the host to go through, if the other is not reachable directly
 */
public record SshOptions(Duration connectTimeout, Duration keepAlive, Optional<Jump> jump) {

    /**
     * A host to go through.
     *
     * @param endpoint account there
     * @param credentials what proves who we are there
     * @param hostKeys its confirmed keys
     */
    public record Jump(SshEndpoint endpoint, SshCredentials credentials, HostKeys hostKeys) {}

    /** Checks the ranges. */
    public SshOptions {
        if (connectTimeout.toMillis() < 1 || keepAlive.toMillis() < 1) {
            throw new IllegalArgumentException("times must be at least a millisecond");
        }
    }

    /** 20 seconds to connect, a question after 10 silent seconds, directly. */
    public static SshOptions standard() {
        return new SshOptions(Duration.ofSeconds(20), Duration.ofSeconds(10), Optional.empty());
    }

    /** The same through another host. */
    public SshOptions through(Jump host) {
        return new SshOptions(connectTimeout, keepAlive, Optional.of(host));
    }
}
