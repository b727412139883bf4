package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.Channel;
import io.holdfast.transport.ssh.SshStream;
import java.io.InputStream;
import java.io.OutputStream;

/** A forwarded socket. */
record ChannelStream(Channel channel, InputStream input, OutputStream output) implements SshStream {

    @Override
    public void close() {
        channel.disconnect();
    }
}
