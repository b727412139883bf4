package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.ssh.SshStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** The way to a host through another one. */
final class JumpProxy implements Proxy {

    private final JschConnection jump;
    private @Nullable SshStream stream;

    JumpProxy(JschConnection jump) {
        this.jump = jump;
    }

    @Override
    public void connect(@Nullable SocketFactory factory, String host, int port, int timeout) throws Exception {
        try {
            stream = jump.openTcp(host, port);
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
        return opened().output();
    }

    private SshStream opened() {
        SshStream open = stream;
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
        SshStream open = stream;
        if (open != null) {
            open.close();
        }
    }
}
