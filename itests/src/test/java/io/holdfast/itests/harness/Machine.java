package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The machine that the tests run on. */
public final class Machine {

    /** The user that owns nothing, on every Linux. */
    public static final int NOBODY = 65_534;

    private static final String ROOT = "root";

    private Machine() {}

    /** Whether the tests run as root. */
    public static boolean isRoot() {
        return ROOT.equals(System.getProperty("user.name"));
    }

    /** A TCP port that nobody listens on now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
