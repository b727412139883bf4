package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.Channel;
import io.holdfast.transport.ssh.SshStream;
import java.io.OutputStream;

/** A forwarded socket. */
record ChannelStream(Channel channel, Inbox input, OutputStream output) implements SshStream {

    @Override
    public void close() {
        input.close();
        channel.disconnect();
    }
}
