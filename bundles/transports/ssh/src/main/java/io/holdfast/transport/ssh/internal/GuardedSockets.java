package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.SocketFactory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Sockets for direct connections, which are closed when a peer does not take what is sent. */
final class GuardedSockets implements SocketFactory {

    /** JSch reads each packet of at most 32 KiB in two pieces. */
    private static final int BUFFER = 256 << 10;

    private final int connectMillis;
    private final long stallMillis;

    GuardedSockets(int connectMillis, long stallMillis) {
        this.connectMillis = connectMillis;
        this.stallMillis = stallMillis;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), connectMillis);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
        return new BufferedInputStream(socket.getInputStream(), BUFFER);
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
        return new StallGuard(
                        String.valueOf(socket.getRemoteSocketAddress()),
                        stallMillis,
                        socket::isClosed,
                        () -> close(socket))
                .guard(socket.getOutputStream());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
