package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import io.holdfast.spi.PluginException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The way to a host through another one. */
final class JumpProxy implements Proxy {

    private final JschConnection jump;
    private final long stallMillis;
    private volatile @Nullable ChannelStream stream;
    private volatile @Nullable OutputStream output;

    /** @param stallMillis how long what is sent may wait to be taken */
    JumpProxy(JschConnection jump, long stallMillis) {
        this.jump = jump;
        this.stallMillis = stallMillis;
    }

    @Override
    public void connect(@Nullable SocketFactory factory, String host, int port, int timeout) throws Exception {
        try {
            ChannelStream opened = jump.openTcp(host, port);
            opened.input().timeoutMillis(timeout);
            stream = opened;
            output = new StallGuard(
                            host + " behind " + jump.endpoint(),
                            stallMillis,
                            () -> opened.channel().isClosed()
                                    || !opened.channel().isConnected(),
                            opened::close)
                    .guard(opened.output());
        } catch (PluginException e) {
            throw new JSchException(e.getMessage(), e);
        }
    }

    @Override
    public InputStream getInputStream() {
        return opened().input();
    }

    @Override
    public OutputStream getOutputStream() {
        opened();
        return Objects.requireNonNull(output);
    }

    /** How long the other side may say nothing before JSch asks whether it lives; there is no socket whose timeout it could set. */
    void askAfter(int millis) {
        opened().input().timeoutMillis(millis);
    }

    private ChannelStream opened() {
        ChannelStream open = stream;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    @Override
    public @Nullable Socket getSocket() {
        return null;
    }

    @Override
    public void close() {
        ChannelStream open = stream;
        if (open != null) {
            open.close();
        }
    }
}
