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
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command on a channel of its own. */
final class RemoteProcess implements SshProcess {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteProcess.class);
    /** So long it is asked each millisecond, as most commands are short; then less and less often. */
    private static final int EAGER = 100;

    private static final long LONGEST_PAUSE_MILLIS = 20;
    private static final long PID_MILLIS = 3_000;

    private final SshEndpoint endpoint;
    private final Session session;
    private final ChannelExec channel;
    private final String program;
    private final InputStream output;
    private final OutputStream input;
    private final BoundedOutput errors;
    private final PidLine pid;
    private final LongConsumer ender;

    /** @param ender ends a process group on the host, and returns when it is gone or it has given up */
    RemoteProcess(
            SshEndpoint endpoint,
            Session session,
            Command command,
            InputStream output,
            OutputStream input,
            LongConsumer ender) {
        this.endpoint = endpoint;
        this.session = session;
        this.channel = command.channel();
        this.program = command.program();
        this.output = output;
        this.input = input;
        this.errors = command.errors();
        this.pid = command.pid();
        this.ender = ender;
    }

    /** A command whose channel is not open yet. */
    record Command(ChannelExec channel, String program, BoundedOutput errors, PidLine pid) {}

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
    boolean awaitEnd(long deadlineNanos, BooleanSupplier pointless) throws PluginException {
        long pause = 1;
        for (int asked = 1; !ended(); asked++) {
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
            pause = asked < EAGER ? 1 : Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
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
        // an interrupted thread must still end what it started
        boolean interrupted = Thread.interrupted();
        try {
            if (!ended()) {
                end();
            }
        } finally {
            channel.disconnect();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void end() {
        OptionalLong group = pid.await(PID_MILLIS);
        if (group.isPresent()) {
            ender.accept(group.getAsLong());
        } else {
            LOG.warn("'{}' on {} may still run: the host did not say its process id", program, endpoint);
        }
    }
}
