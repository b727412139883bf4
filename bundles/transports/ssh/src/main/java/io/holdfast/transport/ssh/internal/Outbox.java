package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.Channel;
import java.io.IOException;
import java.io.OutputStream;

/** What a channel is told: sent at once, and refused when the channel is closed, where JSch would drop it silently. */
final class Outbox extends OutputStream {

    private final Channel channel;
    private final OutputStream out;
    private final String what;

    Outbox(Channel channel, String what) throws IOException {
        this.channel = channel;
        this.out = channel.getOutputStream();
        this.what = what;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int at, int length) throws IOException {
        refuseIfClosed();
        out.write(bytes, at, length);
        out.flush();
        refuseIfClosed();
    }

    private void refuseIfClosed() throws IOException {
        if (channel.isClosed() || !channel.isConnected()) {
            throw new IOException("the connection was lost, or the other side closed " + what);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
