package io.holdfast.transport.ssh.internal;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.Session;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.ssh.SshEndpoint;
import io.holdfast.transport.ssh.SshProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command on a channel of its own. */
final class RemoteProcess implements SshProcess {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteProcess.class);
    private static final long LONGEST_PAUSE_MILLIS = 20;

    private final SshEndpoint endpoint;
    private final Session session;
    private final ChannelExec channel;
    private final String program;
    private final InputStream output;
    private final OutputStream input;
    private final BoundedOutput errors;

    RemoteProcess(
            SshEndpoint endpoint,
            Session session,
            ChannelExec channel,
            String program,
            InputStream output,
            OutputStream input,
            BoundedOutput errors) {
        this.endpoint = endpoint;
        this.session = session;
        this.channel = channel;
        this.program = program;
        this.output = output;
        this.input = input;
        this.errors = errors;
    }

    @Override
    public InputStream output() {
        return output;
    }

    @Override
    public OutputStream input() {
        return input;
    }

    @Override
    public String errors() {
        return new String(errors.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public int await(Duration timeout) throws PluginException {
        if (!awaitEnd(System.nanoTime() + timeout.toNanos(), () -> false)) {
            throw new PluginException(
                    ErrorKind.TIMEOUT,
                    "'" + program + "' on " + endpoint + " has not ended after " + timeout.toSeconds() + " s");
        }
        return exitCode();
    }

    /** Waits for the end; JSch tells nobody, so that it has to be asked. False if the time is over or waiting is pointless. */
    boolean awaitEnd(long deadlineNanos, java.util.function.BooleanSupplier pointless) throws PluginException {
        long pause = 1;
        while (!ended()) {
            if (pointless.getAsBoolean() || System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(
                        ErrorKind.CANCELLED, "interrupted while '" + program + "' ran on " + endpoint, e);
            }
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        }
        return true;
    }

    private boolean ended() {
        return channel.isClosed() || !channel.isConnected() || !session.isConnected();
    }

    /** 128 and more after a signal, whose number SSH does not say. */
    int exitCode() throws PluginException {
        int status = channel.getExitStatus();
        if (status >= 0) {
            return status;
        }
        if (channel.getExitSignal() != null) {
            return 128;
        }
        throw Failures.lost(endpoint, "'" + program + "'");
    }

    @Override
    public void close() {
        if (!ended()) {
            try {
                channel.sendSignal("TERM");
            } catch (Exception e) {
                // a server that knows no signals: closing its input and output is all that can be done
                LOG.debug("{} takes no signal", endpoint, e);
            }
        }
        channel.disconnect();
    }
}
