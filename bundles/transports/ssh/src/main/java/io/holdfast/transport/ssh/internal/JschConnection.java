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
import io.holdfast.transport.ssh.ShellQuoting;
import io.holdfast.transport.ssh.SshConnection;
import io.holdfast.transport.ssh.SshEndpoint;
import io.holdfast.transport.ssh.SshProcess;
import io.holdfast.transport.ssh.SshResult;
import io.holdfast.transport.ssh.SshStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A login, by JSch. */
final class JschConnection implements SshConnection {

    private static final int CHANNEL_TIMEOUT_MILLIS = 20_000;
    private static final int KEPT_ERRORS = 64 << 10;
    private static final int NEW_FILE_MODE = 0600;

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
        ChannelExec channel = command(argv, errors);
        channel.setOutputStream(output, true);
        channel.setInputStream(new ByteArrayInputStream(options.input()));
        String program = argv.get(0);
        connect(channel, "a channel for '" + program + "'");
        try (RemoteProcess process = new RemoteProcess(
                endpoint,
                session,
                channel,
                program,
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                errors)) {
            long deadline = System.nanoTime() + options.timeout().toNanos();
            boolean ended = process.awaitEnd(deadline, () -> cancellation.isCancelled() || output.overrun());
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
        BoundedOutput errors = new BoundedOutput(KEPT_ERRORS);
        ChannelExec channel = command(argv, errors);
        try {
            InputStream output = channel.getInputStream();
            OutputStream input = channel.getOutputStream();
            connect(channel, "a channel for '" + argv.get(0) + "'");
            return new RemoteProcess(endpoint, session, channel, argv.get(0), output, input, errors);
        } catch (IOException e) {
            throw Failures.ofChannel(endpoint, "a channel for '" + argv.get(0) + "'", channel, e);
        }
    }

    private ChannelExec command(List<String> argv, BoundedOutput errors) throws PluginException {
        ChannelExec channel = channel("exec", ChannelExec.class);
        channel.setCommand(ShellQuoting.quote(argv).getBytes(StandardCharsets.UTF_8));
        channel.setErrStream(errors, true);
        return channel;
    }

    @Override
    public SshStream openUnixSocket(String path) throws PluginException {
        ChannelDirectStreamLocal channel = channel("direct-streamlocal@openssh.com", ChannelDirectStreamLocal.class);
        channel.setSocketPath(path);
        return stream(channel, "the socket " + path);
    }

    @Override
    public SshStream openTcp(String host, int port) throws PluginException {
        ChannelDirectTCPIP channel = channel("direct-tcpip", ChannelDirectTCPIP.class);
        channel.setHost(host);
        channel.setPort(port);
        return stream(channel, "port " + port + " of " + host);
    }

    private SshStream stream(Channel channel, String what) throws PluginException {
        try {
            ChannelStream stream = new ChannelStream(channel, channel.getInputStream(), channel.getOutputStream());
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
            Channel channel = session.openChannel(type);
            channel.setLocalWindowSizeMax(Connector.WINDOW);
            return as.cast(channel);
        } catch (JSchException e) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "the connection to " + endpoint + " is gone: " + e.getMessage(), e);
        }
    }

    private void connect(Channel channel, String what) throws PluginException {
        try {
            channel.connect(CHANNEL_TIMEOUT_MILLIS);
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
