package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelDirectStreamLocal;
import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.transport.ssh.ExecOptions;
import io.holdfast.transport.ssh.NotConnectedException;
import io.holdfast.transport.ssh.SshConnection;
import io.holdfast.transport.ssh.SshEndpoint;
import io.holdfast.transport.ssh.SshProcess;
import io.holdfast.transport.ssh.SshResult;
import io.holdfast.transport.ssh.SshStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A login, by JSch. */
final class JschConnection implements SshConnection {

    private static final int KEPT_ERRORS = 64 << 10;
    private static final int NEW_FILE_MODE = 0600;
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final long END_PAUSE_MILLIS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(JschConnection.class);

    private final SshEndpoint endpoint;
    private final Session session;
    private final @Nullable JschConnection jump;

    JschConnection(SshEndpoint endpoint, Session session, @Nullable JschConnection jump) {
        this.endpoint = endpoint;
        this.session = session;
        this.jump = jump;
    }

    @Override
    public SshEndpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isOpen() {
        return session.isConnected();
    }

    @Override
    public SshResult exec(List<String> argv, ExecOptions options, Cancellation cancellation) throws PluginException {
        cancellation.throwIfCancelled();
        BoundedOutput output = new BoundedOutput(options.maxOutput());
        BoundedOutput errors = new BoundedOutput(options.maxOutput());
        RemoteProcess.Command command = command(argv, errors);
        String program = command.program();
        command.channel().setOutputStream(output, true);
        command.channel().setInputStream(new ByteArrayInputStream(options.input()));
        connect(command.channel(), "a channel for '" + program + "'");
        InputStream none = InputStream.nullInputStream();
        try (RemoteProcess process = process(command, none, OutputStream.nullOutputStream())) {
            long deadline = System.nanoTime() + options.timeout().toNanos();
            boolean ended = process.awaitEnd(
                    deadline, () -> cancellation.isCancelled() || output.overrun() || errors.overrun());
            if (output.overrun() || errors.overrun()) {
                throw new PluginException(
                        ErrorKind.QUOTA,
                        "'" + program + "' on " + endpoint + " wrote more than " + options.maxOutput()
                                + " bytes; it was ended");
            }
            if (!ended) {
                cancellation.throwIfCancelled();
                throw new PluginException(
                        ErrorKind.TIMEOUT,
                        "'" + program + "' on " + endpoint + " did not end within "
                                + options.timeout().toSeconds() + " s; it was ended");
            }
            return new SshResult(process.exitCode(), output.bytes(), errors.bytes());
        }
    }

    @Override
    public SshProcess start(List<String> argv) throws PluginException {
        RemoteProcess.Command command = command(argv, new BoundedOutput(KEPT_ERRORS));
        ChannelExec channel = command.channel();
        String what = "a channel for '" + command.program() + "'";
        try {
            Inbox output = inbox(channel, "the output of '" + command.program() + "' on " + endpoint);
            OutputStream input = new Outbox(channel, "the input of '" + command.program() + "' on " + endpoint);
            connect(channel, what);
            return process(command, output, input);
        } catch (IOException e) {
            throw Failures.ofChannel(endpoint, what, channel, e);
        }
    }

    private RemoteProcess process(RemoteProcess.Command command, InputStream output, OutputStream input) {
        return new RemoteProcess(endpoint, session, command, output, input, this::endGroup);
    }

    private RemoteProcess.Command command(List<String> argv, BoundedOutput errors) throws PluginException {
        byte[] line = Scripts.run(argv);
        ChannelExec channel = channel("exec", ChannelExec.class);
        PidLine pid = new PidLine(errors);
        channel.setCommand(line);
        channel.setErrStream(pid);
        return new RemoteProcess.Command(channel, argv.get(0), errors, pid);
    }

    private void endGroup(long group) {
        try {
            ChannelExec channel = channel("exec", ChannelExec.class);
            channel.setCommand(Scripts.end(group));
            channel.setInputStream(InputStream.nullInputStream());
            channel.setOutputStream(OutputStream.nullOutputStream());
            channel.setErrStream(OutputStream.nullOutputStream());
            connect(channel, "a channel to end process group " + group);
            long deadline = System.nanoTime() + END_NANOS;
            while (!channel.isClosed() && channel.isConnected() && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(END_PAUSE_MILLIS);
            }
            channel.disconnect();
        } catch (PluginException e) {
            LOG.warn("process group {} on {} may still run: {}", group, endpoint, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends cleanly only when the host said so before the channel was closed, or when a command's exit code is known. */
    private static Inbox inbox(Channel channel, String what) {
        Inbox inbox = new Inbox(() -> !channel.isClosed() || channel.getExitStatus() >= 0, what);
        channel.setOutputStream(inbox.sink());
        return inbox;
    }

    @Override
    public SshStream openUnixSocket(String path) throws PluginException {
        ChannelDirectStreamLocal channel = channel("direct-streamlocal@openssh.com", ChannelDirectStreamLocal.class);
        channel.setSocketPath(path);
        return stream(channel, "the socket " + path);
    }

    @Override
    public ChannelStream openTcp(String host, int port) throws PluginException {
        ChannelDirectTCPIP channel = channel("direct-tcpip", ChannelDirectTCPIP.class);
        channel.setHost(host);
        channel.setPort(port);
        return stream(channel, "port " + port + " of " + host);
    }

    private ChannelStream stream(Channel channel, String what) throws PluginException {
        try {
            Inbox input = inbox(channel, what + " on " + endpoint);
            ChannelStream stream = new ChannelStream(channel, input, new Outbox(channel, what + " on " + endpoint));
            connect(channel, what);
            return stream;
        } catch (IOException e) {
            throw Failures.ofChannel(endpoint, what, channel, e);
        }
    }

    @Override
    public void upload(byte[] content, String path, int mode) throws PluginException {
        ChannelSftp sftp = channel("sftp", ChannelSftp.class);
        connect(sftp, "SFTP");
        try {
            // made empty and for us alone first: what is written may be secret
            sftp.put(InputStream.nullInputStream(), path, ChannelSftp.OVERWRITE);
            sftp.chmod(NEW_FILE_MODE & mode, path);
            sftp.put(new ByteArrayInputStream(content), path, ChannelSftp.OVERWRITE);
            sftp.chmod(mode, path);
        } catch (SftpException e) {
            throw Failures.ofFile(endpoint, "write", path, e);
        } finally {
            sftp.disconnect();
        }
    }

    @Override
    public byte[] download(String path, int maxBytes) throws PluginException {
        ChannelSftp sftp = channel("sftp", ChannelSftp.class);
        connect(sftp, "SFTP");
        try (InputStream in = sftp.get(path)) {
            byte[] content = in.readNBytes(maxBytes);
            if (content.length == maxBytes && in.read() >= 0) {
                throw new PluginException(
                        ErrorKind.QUOTA, path + " on " + endpoint + " is larger than " + maxBytes + " bytes; not read");
            }
            return content;
        } catch (SftpException e) {
            throw Failures.ofFile(endpoint, "read", path, e);
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "cannot read " + path + " on " + endpoint + ": " + e.getMessage(), e);
        } finally {
            sftp.disconnect();
        }
    }

    private <T extends Channel> T channel(String type, Class<T> as) throws PluginException {
        try {
            Channel channel = opened(session.openChannel(type));
            channel.setLocalWindowSizeMax(Connector.WINDOW);
            return as.cast(channel);
        } catch (JSchException e) {
            throw new NotConnectedException("the connection to " + endpoint + " is gone: " + e.getMessage(), e);
        }
    }

    /** JSch swallows every exception of opening and gives nothing, as when the connection goes just then. */
    static Channel opened(@Nullable Channel channel) throws JSchException {
        if (channel == null) {
            throw new JSchException("it was cut while a channel was opened");
        }
        return channel;
    }

    private void connect(Channel channel, String what) throws PluginException {
        try {
            // 0 is 20 seconds, in which JSch looks every 10 ms whether the connection lives; with a time given it does
            // not look
            channel.connect(0);
            if (!channel.isConnected() && !channel.isClosed()) {
                // JSch swallows what is not its own exception
                throw new JSchException("the connection is gone");
            }
        } catch (JSchException e) {
            channel.disconnect();
            throw Failures.ofChannel(endpoint, what, channel, e);
        }
    }

    @Override
    public void close() {
        session.disconnect();
        if (jump != null) {
            jump.close();
        }
    }
}
