package io.holdfast.transport.nbd.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** TLS over any link. */
public final class Tls {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private Tls() {}

    /**
     * Shakes hands as the client.
     *
     * @param serverName what the server's certificate must be made for; null to check only who signed it
     */
    public static Link client(Link raw, SSLContext context, @Nullable String serverName) throws IOException {
        SSLSocket socket = layered(raw, context, serverName == null ? "" : serverName);
        socket.setUseClientMode(true);
        if (serverName != null) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return shakeHands(raw, socket);
    }

    /** Shakes hands as the server. */
    public static Link server(Link raw, SSLContext context, boolean clientCertificate) throws IOException {
        SSLSocket socket = layered(raw, context, "");
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(clientCertificate);
        return shakeHands(raw, socket);
    }

    private static SSLSocket layered(Link raw, SSLContext context, String host) throws IOException {
        return (SSLSocket) context.getSocketFactory().createSocket(new LinkSocket(raw), host, -1, false);
    }

    private static Link shakeHands(Link raw, SSLSocket socket) throws IOException {
        socket.setEnabledProtocols(PROTOCOLS);
        socket.startHandshake();
        // closing below TLS: its own close would wait for a writer that is blocked
        return new StreamLink(socket.getInputStream(), socket.getOutputStream(), raw::close);
    }

    /** Lets Java's TLS, which wants a socket, run over a link. */
    private static final class LinkSocket extends Socket {

        private final Link link;

        LinkSocket(Link link) {
            this.link = link;
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    var one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return length == 0 ? 0 : link.read(ByteBuffer.wrap(into, offset, length));
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    link.write(ByteBuffer.wrap(from, offset, length));
                }
            };
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public @Nullable InetAddress getInetAddress() {
            return null;
        }

        @Override
        public void setSoTimeout(int timeout) {
            // the connection's own time limits close the link
        }

        @Override
        public void close() {
            link.close();
        }
    }
}
