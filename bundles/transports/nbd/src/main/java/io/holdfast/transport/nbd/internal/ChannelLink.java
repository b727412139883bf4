package io.holdfast.transport.nbd.internal;

import io.holdfast.transport.nbd.NbdAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A socket. Not {@code java.nio.channels.Channels}: in Java 17 its streams keep a reader and a writer from working at once. */
public final class ChannelLink implements Link {

    private static final int SLICE = 1 << 20;

    private final SocketChannel channel;

    public ChannelLink(SocketChannel channel) {
        this.channel = channel;
    }

    public static Link open(NbdAddress address, Duration timeout) throws IOException {
        if (address instanceof NbdAddress.Unix unix) {
            return connected(SocketChannel.open(StandardProtocolFamily.UNIX), channel -> {
                channel.connect(UnixDomainSocketAddress.of(unix.path()));
            });
        }
        NbdAddress.Tcp tcp = (NbdAddress.Tcp) address;
        var socket = new InetSocketAddress(tcp.host(), tcp.port());
        if (socket.isUnresolved()) {
            throw new UnknownHostException("the host's name is not known");
        }
        int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
        return connected(SocketChannel.open(), channel -> {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.socket().connect(socket, millis);
        });
    }

    private interface Connect {
        void to(SocketChannel channel) throws IOException;
    }

    private static Link connected(SocketChannel channel, Connect connect) throws IOException {
        try {
            connect.to(channel);
            return new ChannelLink(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer... buffers) throws IOException {
        long remaining = 0;
        int largest = 0;
        for (ByteBuffer buffer : buffers) {
            remaining += buffer.remaining();
            largest = Math.max(largest, buffer.remaining());
        }
        if (largest > SLICE) {
            writeSliced(buffers);
            return;
        }
        while (remaining > 0) {
            remaining -= channel.write(buffers);
        }
    }

    /** Java keeps a copy outside of the heap, as large as the largest write, for each thread that writes. */
    private void writeSliced(ByteBuffer... buffers) throws IOException {
        for (ByteBuffer buffer : buffers) {
            int end = buffer.limit();
            while (buffer.position() < end) {
                buffer.limit(Math.min(end, buffer.position() + SLICE));
                channel.write(buffer);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing is left to be lost: what had to arrive was answered
        }
    }
}
